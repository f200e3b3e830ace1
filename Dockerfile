FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=attache.settings VAR_DIR=/srv/var
WORKDIR /srv/attache

# Fonts for the social cards of stories in other scripts, and what Pillow sets lines from right to left with.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-core fonts-noto-cjk libfribidi0 \
    && rm -rf /var/lib/apt/lists/*

COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.txt

COPY manage.py ./
COPY attache attache
COPY staff staff
COPY articles articles
COPY media media
COPY templates templates

# The paper never runs as root; /srv/var is the one place where it writes.
RUN python -m compileall -q attache staff articles media \
    && useradd --system --uid 1000 --home-dir /srv/var attache \
    && install -d -o attache -g attache /srv/var /srv/static
USER attache

EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--no-worker"]
