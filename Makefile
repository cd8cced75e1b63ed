# What a newcomer and a contributor type. The work is done by the scripts in tools/.

PYTHON ?= python3
VENV := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)

.PHONY: help lab fresh site site-open test test-fast test-deep test-lowest test-machines bands notebooks experiments bench lesson lock

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

lab: ready-lab  ## open the course in JupyterLab, in your own copy (workbook/)
	@$(VENV)/python tools/workbook.py open

fresh: ready-lab  ## get one lesson afresh, yours is kept aside: make fresh LESSON=03
	@$(VENV)/python tools/workbook.py fresh $(LESSON)

site: ready-site  ## build the course as a website in site/, or some lessons: make site LESSONS="03 11"
	@$(VENV)/python tools/make_site.py $(LESSONS)

site-open: ready-site  ## open the website that was built, on this machine alone
	@$(VENV)/python tools/make_site.py --open

test: ready-test  ## run all checks, or some: make test PARTS="lint types"
	@$(VENV)/python tools/checks.py $(PARTS)

test-fast: ready-test  ## lint, types and the unit tests that take a moment
	@$(VENV)/python tools/checks.py lint types fast

test-deep: ready-test  ## all checks, with what is long and rarely finds anything: for whoever changes the math
	@$(VENV)/python tools/checks.py lint types deep notebooks deep-browser

test-lowest: ready-lowest  ## the unit tests with the lowest versions that pyproject.toml allows
	@$(subst .venv,.venv-lowest,$(VENV))/python tools/checks.py lowest

test-machines: ready-test  ## run what trains as other processors would, or some notebooks: make test-machines LESSONS=05
	@$(VENV)/python tools/machines.py $(LESSONS)

bands: ready-test  ## the same, and store in each cell the bands that hold on all of them: make bands LESSONS=05
	@$(VENV)/python tools/machines.py --write $(LESSONS)

notebooks: ready-test  ## run the notebooks and store their outputs, or some: make notebooks LESSONS="00 03"
	@$(VENV)/python tools/refresh_notebooks.py $(LESSONS)

experiments: ready-test  ## recompute the data files of the long experiments
	@for script in experiments/*/*.py; do echo "$$script"; $(VENV)/python "$$script" || exit 1; done

bench: ready-test ready-peers  ## measure side by side with what others use, or some: make bench PARTS="live speed"
	@$(VENV)/python -m benchmarks $(PARTS)

lesson: ready-test  ## start a new lesson: make lesson NUMBER=04 TOPIC=coarse_to_fine
	@$(VENV)/python tools/new_lesson.py $(NUMBER) $(TOPIC)

COMPILE = uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links pyproject.toml

lock:  ## choose the newest versions of everything and write the locks (needs uv)
	@$(COMPILE) --upgrade --extra test --group build --output-file requirements-test.lock
	@$(COMPILE) --upgrade --extra peers --constraint requirements-test.lock --output-file requirements-peers.lock
	@$(COMPILE) --upgrade --extra lab --group build --constraint requirements-test.lock --generate-hashes \
	  --output-file requirements.lock

ready-%:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "$(PYTHON) is not installed: get Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) tools/environment.py $*
