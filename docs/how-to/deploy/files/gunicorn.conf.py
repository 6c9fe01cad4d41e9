"""/srv/site/gunicorn.conf.py: gunicorn behind nginx, writing nothing of anybody's request."""

bind = "unix:/run/site/gunicorn.sock"
accesslog = None
loglevel = "error"  # at "warning" it writes the address and the first line of every request it cannot read
capture_output = True
max_requests = 1000
max_requests_jitter = 200
graceful_timeout = 20
limit_request_line = 4094
control_socket_disable = True
