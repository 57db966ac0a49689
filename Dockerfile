# One image, two process types: the web server (default) and `python -m shared.jobs.worker`.

FROM python:3.11-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /build
COPY tools/uv.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r uv.lock \
 && uv venv /opt/bedside \
 && VIRTUAL_ENV=/opt/bedside uv pip sync --require-hashes requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin bedside
ENV PATH=/opt/bedside/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FLASK_APP=wsgi:app \
    BEDSIDE_ENV=production \
    BEDSIDE_DATA=/var/lib/bedside \
    PORT=8000 \
    WEB_PROCESSES=1
COPY --from=build /opt/bedside /opt/bedside
WORKDIR /app
COPY wsgi.py ./
COPY migrations migrations
COPY shared shared
COPY marketing marketing
COPY portal portal
COPY admin admin
COPY docs/controls.toml docs/
# The vendors' stand-ins are for development; production refuses them, the image does not have them.
RUN rm -rf shared/sandbox && install -d -o bedside -g bedside -m 700 /var/lib/bedside
USER bedside
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s CMD \
  ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=3)"]
# Threads for all who work or wait (see shared/web/admission.py), so that the rest is told at once.
# One process a core; the orchestrator sets WEB_PROCESSES. No shell stays between it and the signal.
CMD ["sh", "-c", "exec granian --interface wsgi --http 1 --host 0.0.0.0 --port \"$PORT\" --workers \"$WEB_PROCESSES\" --blocking-threads 256 --backpressure 512 --no-ws --workers-kill-timeout 30 wsgi:app"]
