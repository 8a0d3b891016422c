# `make check` runs everything that CI runs, in the same order.
PYTHON ?= python

.PHONY: help check format lint types layers spelling test notebooks docs sample figures \
	compare gap scale answers continuity sweep publication load soak timefold ends same \
	mutants fuzz

help:
	@echo "make check      what CI runs, without format"
	@echo "make format     rewrite files in the project's style"
	@echo "make lint       ruff: rules and format"
	@echo "make types      mypy --strict"
	@echo "make layers     imports point downward"
	@echo "make spelling   codespell"
	@echo "make test       unit, rule, property and integration tests, docstrings, README"
	@echo "make notebooks run every notebook"
	@echo "make docs       the site of docs/, in build/docs"
	@echo "make sample     write data/sample again"
	@echo "make figures    draw the figures of the docs again"
	@echo "make compare    the engine against other methods; hours, resumable (ARGS=... for less)"
	@echo "make gap FOLDER=...  published instances against best-known.csv of that folder"
	@echo "make scale      time to a proven gap and memory, against size"
	@echo "make answers    seconds of recommend, try_move and explain on 60 x 300"
	@echo "make continuity seconds of substitutes and calls; what reserves for cover are worth"
	@echo "make sweep      a sweep by one worker and by two, processes and Dask"
	@echo "make publication  seconds of a plan's files on 60 x 300, part by part"
	@echo "make load       the whole command against size: seconds and memory of every part; hours"
	@echo "make soak       500 plans in one process, and what it holds after each; a quarter of an hour"
	@echo "make ends       oldest and newest dependencies on every Python; an hour (ARGS=... for less)"
	@echo "make same       the same bytes from every Python; some minutes"
	@echo "make mutants    changes code on purpose, and lists what no test notices; hours (ARGS=... for less)"
	@echo "make fuzz       spoiled files, guided by coverage, for every reader; hours (ARGS=... for less)"
	@echo "make timefold   install Timefold's solver in build/timefold, for make compare"

check: lint types layers spelling docs test notebooks

format:
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

lint:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

types:
	$(PYTHON) -m mypy

layers:
	lint-imports

spelling:
	codespell src tests docs benchmarks tools README.md CHANGELOG.md CONTRIBUTING.md

test:
	$(PYTHON) -m pytest

notebooks:
	$(PYTHON) -m pytest -q --nbmake notebooks

docs:
	$(PYTHON) -m sphinx -q -W --keep-going -j 2 -b html docs build/docs

sample:
	$(PYTHON) benchmarks/sample_portfolio.py --out data/sample

figures:
	tsam-planner plan data/sample --quarter 2027Q1 --out plan --quiet
	cp plan/figures/utilization.png plan/figures/load.png plan/figures/absences.png docs/
	chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,1500 \
		--screenshot=docs/report.png file://$(CURDIR)/plan/report.html

compare:
	$(PYTHON) -m benchmarks.compare $(ARGS)

gap:
	$(PYTHON) -m benchmarks.gap $(FOLDER) $(ARGS)

scale:
	$(PYTHON) -m benchmarks.scale $(ARGS)

answers:
	$(PYTHON) -m benchmarks.answers $(ARGS)

continuity:
	$(PYTHON) -m benchmarks.continuity $(ARGS)

sweep:
	$(PYTHON) -m benchmarks.sweep $(ARGS)

publication:
	$(PYTHON) -m benchmarks.publication $(ARGS)

load:
	$(PYTHON) -m benchmarks.load $(ARGS)

soak:
	$(PYTHON) -m benchmarks.soak $(ARGS)

timefold:
	$(PYTHON) -m benchmarks.compare.timefold_setup

ends:
	$(PYTHON) tools/ends.py $(ARGS)

mutants:
	$(PYTHON) tools/mutants.py $(ARGS)

same:
	$(PYTHON) tools/same_files.py

fuzz:
	$(PYTHON) tests/trust/fuzzing.py $(ARGS)
