"""What a workbook is packed of, gone through once before anything of it is kept (R37)."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from bot.documents.sheets.grids import BadFile, FileTrouble

MOST_PARTS = 200
MOST_UNPACKED = 64 * 1024**2
"""Bytes, of all parts."""
MOST_OF_A_PART = 48 * 1024**2
MOST_ELEMENTS = {"worksheet": 3_000_000, "sst": 1_000_000}
"""Of a sheet and of the texts that sheets share; by the outermost element."""
MOST_OTHER_ELEMENTS = 100_000
"""Of any other part, and of a sheet beside its rows: styles, names, merged cells."""
MOST_IN_A_ROW = 4 * 16_384
"""Of the columns that a spreadsheet has each with a cell, its value, and what surrounds one."""

_PACKED_AS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""As every spreadsheet packs; others let a file name the memory that it wants."""
_BROKEN = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, zlib.error)
"""What the unpacking of a broken or locked archive raises."""
_PIECE = 1 << 16


def merged_in(data: bytes) -> Mapping[str, list[str]]:
    """Which cells are merged, such as "B2:F2", by the names of the parts.

    Raises:
        BadFile: it is broken, brings entities of its own, or holds far more than any schedule.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            # A part that says less than it holds is cut there by zipfile, and fails its checksum.
            sizes = [part.file_size for part in parts]
            if len(parts) > MOST_PARTS or sum(sizes) > MOST_UNPACKED:
                raise BadFile(FileTrouble.TOO_MUCH)
            if max(sizes, default=0) > MOST_OF_A_PART:
                raise BadFile(FileTrouble.TOO_MUCH)
            if any(part.compress_type not in _PACKED_AS for part in parts):
                raise BadFile(FileTrouble.NOT_A_SHEET)
            return {part.filename: _Part().merged_in(packed, part) for part in parts}
    except _BROKEN as error:
        raise BadFile(FileTrouble.NOT_A_SHEET) from error


@dataclass(slots=True)
class _Part:
    """Counts what is in a part, and keeps of it nothing but what is merged."""

    most: int = 0
    elements: int = 0
    outside: int = 0
    in_row: int | None = None
    merged: list[str] = field(default_factory=list)

    def merged_in(self, packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[str]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        is_xml = True
        with packed.open(part) as content:
            while piece := content.read(_PIECE):  # to its end, where the checksum is looked at
                if is_xml:
                    try:
                        parser.Parse(piece)
                    except expat.ExpatError:
                        is_xml = False  # a picture; whoever needs it fails at the same place
        return self.merged

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self.elements += 1
        if not self.most:
            self.most = MOST_ELEMENTS.get(name, MOST_OTHER_ELEMENTS)
        if name == "row":
            self.in_row = 0
        elif self.in_row is not None:
            self.in_row += 1
            if self.in_row > MOST_IN_A_ROW:
                raise BadFile(FileTrouble.TOO_MUCH)
        else:
            self.outside += 1
            if name == "mergeCell":
                self.merged.append(attributes.get("ref", ""))
        if self.elements > self.most:
            raise BadFile(FileTrouble.TOO_MUCH)
        if self.most == MOST_ELEMENTS["worksheet"] and self.outside > MOST_OTHER_ELEMENTS:
            raise BadFile(FileTrouble.TOO_MUCH)

    def _end(self, name: str) -> None:
        if name.rpartition(" ")[2] == "row":
            self.in_row = None

    def _doctype(self, *_declared: object) -> None:
        """Entities multiply when they are read; no spreadsheet writes any."""
        raise BadFile(FileTrouble.NOT_A_SHEET)
