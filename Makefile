# Two commands for a fresh machine with Python 3.11+ and make: `make demo` and `make test`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := runs/demo
BENCH  := runs/bench
PRETRAINED := runs/recognizer
READER := runs/reader

.DEFAULT_GOAL := help
.PHONY: help demo bench pretrained reader test lint format clean

help:  ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Each set-up is made anew only when what it depends on has changed.
$(VENV)/.demo: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[train,serve]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[train,serve,dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo  ## Train the article's network on real handwriting, score it, report, serve the page: a minute or two
	@rm -rf $(RUN)
	$(BIN)/inkdigits train --data uci:train --recipe small --out $(RUN)
	$(BIN)/inkdigits evaluate $(RUN) --data uci:test
	@$(BIN)/inkdigits report $(RUN)
	@echo
	@echo "The report is $(RUN)/report.html: open it in a browser. What to try next:"
	@echo "  . $(BIN)/activate"
	@echo "  inkdigits data fetch mnist"
	@echo "  inkdigits train --data mnist:train --out runs/mnist --epochs 3"
	@echo "  inkdigits evaluate runs/mnist --data mnist:test"
	@echo
	@echo "The page, to write a number on and have it read:"
	@if [ -t 1 ]; then $(BIN)/inkdigits serve; else echo "  inkdigits serve    # http://127.0.0.1:8000"; fi

# The whole of it: `python -m benchmarks.NAME --help`; the README lists them.
bench: $(VENV)/.demo  ## A quick look at accuracy, latency and memory: some minutes; needs mnist and kaggle
	@rm -rf $(BENCH)
	$(BIN)/python -m benchmarks.accuracy fast --seeds 1 --quick --runs $(BENCH) --results $(BENCH)
	$(BIN)/python -m benchmarks.latency $(BENCH)/seed-0 --quick --results $(BENCH)
	$(BIN)/python -m benchmarks.memory $(BENCH)/seed-0 --up-to 100000 --results $(BENCH)
	@echo
	@echo "One run each, quick ones: docs/results.md has the whole. The lines are in $(BENCH)."

pretrained: $(VENV)/.demo  ## Train the recognizer that every install carries, into the package: minutes; needs mnist, pen traces, letters
	@rm -rf $(PRETRAINED)
	$(BIN)/inkdigits train --data mnist:train --recipe pretrained --out $(PRETRAINED)
	for end in onnx json seen.npy; do cp $(PRETRAINED)/model.$$end src/inkdigits/model/pretrained/recognizer.$$end; done

reader: $(VENV)/.demo  ## Train the line reader that every install carries, into the package: an hour or, on slower cores, two; needs letters and amounts too
	@rm -rf $(READER)
	$(BIN)/inkdigits train-lines --out $(READER)/composed
	$(BIN)/inkdigits train-lines --recipe lines-real --start $(READER)/composed --out $(READER)/lines
	for end in onnx json seen.npy; do cp $(READER)/lines/model.$$end src/inkdigits/model/pretrained/lines.$$end; done

test: $(VENV)/.test lint  ## Lint, types, import contract and the whole test suite
	$(BIN)/pytest

lint: $(VENV)/.test  ## Lint, formatting, types and import contract only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove the set-up and what tools left; runs stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
