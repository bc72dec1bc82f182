"""The web server: a few processes with threads, replaced now and then so that none grows old."""

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
keepalive = 10
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file belongs into memory: the container's own file system is read-only.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
# The proxy writes the access log, without addresses of visitors and without tokens.
accesslog = None
errorlog = "-"
loglevel = "warning"
