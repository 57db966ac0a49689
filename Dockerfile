# One image, four ways to run it: the web server (as it is), `python -m shared.jobs.worker`,
# `flask db upgrade`, and any other single command. `make image` builds it: the base must be named by
# digest, and there is no default, so that nobody builds on what a tag happens to mean today.
ARG BASE_IMAGE

FROM ${BASE_IMAGE} AS build
ARG BASE_IMAGE
RUN case "$BASE_IMAGE" in \
      *@sha256:*) ;; \
      *) echo "BASE_IMAGE must be named by digest: use make image" >&2; exit 1 ;; \
    esac
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /build
COPY tools/uv.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r uv.lock \
 && uv venv /opt/bedside \
 && VIRTUAL_ENV=/opt/bedside uv pip sync --require-hashes requirements.lock
# The certificates of Amazon's databases, fetched and compared by `make image`, compared here again.
ARG RDS_BUNDLE_SHA256
COPY build/rds-bundle.pem /etc/ssl/rds/bundle.pem
RUN echo "${RDS_BUNDLE_SHA256}  /etc/ssl/rds/bundle.pem" | sha256sum --check --strict
WORKDIR /app
COPY wsgi.py ./
COPY migrations migrations
COPY shared shared
COPY marketing marketing
COPY portal portal
COPY admin admin
COPY docs/controls.toml docs/
# Nothing is written below /app and /opt at run time, bytecode neither.
RUN /opt/bedside/bin/python -m compileall -q /app

FROM ${BASE_IMAGE}
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Bedside" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="${REVISION}"
# No installer stays in it; compilers and headers never were.
RUN python -m pip uninstall --yes --quiet --root-user-action=ignore setuptools wheel pip \
 && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin bedside \
 && install -d -o bedside -g bedside -m 700 /var/lib/bedside
ENV PATH=/opt/bedside/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FLASK_APP=wsgi:app \
    BEDSIDE_ENV=production \
    BEDSIDE_DATA=/var/lib/bedside \
    PORT=8000 \
    WEB_PROCESSES=1
COPY --from=build /opt/bedside /opt/bedside
COPY --from=build /etc/ssl/rds/bundle.pem /etc/ssl/rds/bundle.pem
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
# The only places that are written to; all else is mounted read-only (infra/modules/service).
VOLUME ["/var/lib/bedside", "/tmp"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s CMD \
  ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=3)"]
# Threads for all who work or wait (see shared/web/admission.py), so that the rest is told at once.
# One process a core; the orchestrator sets WEB_PROCESSES. An idle connection is kept longer than the
# balancer's 50 seconds, so that it is always the balancer who hangs up. No shell stays between it and
# the signal: told to stop, it takes no more and answers what it has, for 30 seconds at most.
CMD ["sh", "-c", "exec granian --interface wsgi --http 1 --host 0.0.0.0 --port \"$PORT\" --workers \"$WEB_PROCESSES\" --blocking-threads 256 --backpressure 512 --http1-header-read-timeout 60000 --no-ws --workers-kill-timeout 30 wsgi:app"]
