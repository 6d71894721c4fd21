# A small image that runs as nobody in particular and writes nowhere but to /data.
# By digest, as the image's publishers listed it; docs/operations.md says how to go on to a newer one.
FROM python:3.11-slim@sha256:90744cff8f32887f075c47d747a173ff333e9e98801667af93c357fa9f5e28ff AS build
WORKDIR /bot
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml ./
COPY bot bot
COPY services services
COPY storage storage
RUN /venv/bin/pybabel --quiet compile --use-fuzzy --domain bot --directory bot/locales \
    && /venv/bin/python -m compileall -q bot services storage

FROM python:3.11-slim@sha256:90744cff8f32887f075c47d747a173ff333e9e98801667af93c357fa9f5e28ff
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin bot \
    && mkdir /data && chown bot /data
COPY --from=build /venv /venv
COPY --from=build /bot /bot
WORKDIR /bot
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/bot.db \
    ERASED_LIST=/data/erased.txt \
    OPERATIONS_PORT=9090
USER bot
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:9090/healthz', timeout=3)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
