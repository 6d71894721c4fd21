"""1С of Первый Бит («БИТ.Управление медицинским центром» and its kin), as its public specification
has it: https://github.com/czdetstvo/1bit-api-spec, docs/api-docs/http-services."""
