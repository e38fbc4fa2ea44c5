# Targets: demo, test, bench, lint, format, ci, clean. Each is one command that can also be typed.
.PHONY: demo test bench lint format ci clean
NOWHERE = DATABASE_URL=postgres://nobody@127.0.0.1:9/nothing REDIS_URL=redis://127.0.0.1:9/0 CASELOAD_SECRET_KEY=none

demo:    ## everything on this machine, with sample accounts
	python3 manage.py demo

test:    ## the tests, on servers of their own
	python3 manage.py test

bench:   ## measurements
	python3 manage.py bench

lint:    ## what .ci/run checks besides the tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(NOWHERE) .venv/bin/mypy .
	.venv/bin/lint-imports
	.venv/bin/djlint --check --lint --quiet templates

format:  ## put the code into its shape
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djlint --reformat --quiet templates

ci:      ## what every change must pass
	.ci/run

clean:   ## the demo's data, logs and passwords; stop the demo first
	flock -n var/run/demo.lock rm -rf var
