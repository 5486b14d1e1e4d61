"""A trained run -> answers over HTTP: app.py says what is asked, worker.py is who computes."""
