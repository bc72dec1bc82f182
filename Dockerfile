# Two stages: the first installs and collects, the second only runs. No secret is needed to build.

FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv tzdata \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/venv
WORKDIR /app
COPY requirements/runtime.lock requirements/
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
      -r requirements/runtime.lock
COPY . .
# Placeholders that exist in this one step: collecting static files reads settings, but opens no connection.
RUN SECRET_KEY=for-collecting-static-files-only-0000 ALLOWED_HOSTS=build DATABASE_URL=sqlite:////tmp/none \
    REDIS_URL=redis://build EMAIL_URL=dummymail:// DEFAULT_FROM_EMAIL=build@build SITE_URL=http://build \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0
RUN /opt/venv/bin/python -m compileall -q /app

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin sachstand \
 && install -d -o sachstand -g sachstand -m 750 /srv/media /srv/mail
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production MEDIA_ROOT=/srv/media
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi"]
