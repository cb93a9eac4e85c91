# One image for web, worker and beat.
# requirements-engine.txt adds compiled forecasts and proven schedules; --build-arg
# LOCK=requirements.txt leaves both out: the same numbers, slower, in a smaller image.
FROM python:3.13-slim AS packages
ARG LOCK=requirements-engine.txt
COPY ${LOCK} /tmp/requirements.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /tmp/requirements.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TPM_DATA_DIR=/data \
    TPM_STATIC_DIR=/app/static-files
# git reads histories; nothing of a repository is ever run.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin tpm \
 && install -d -o tpm -g tpm -m 750 /data \
 && install -d -o tpm -g tpm -m 755 /run/tpm-secrets
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
RUN TPM_DATA_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf /tmp/build
USER tpm
EXPOSE 8000
CMD ["gunicorn", "--config", "python:tpm.web", "tpm.wsgi:application"]
