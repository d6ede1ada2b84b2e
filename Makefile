# Thin names for what dev.py does.
PYTHON ?= python3
.PHONY: run live test bench lock

run live test bench lock:
	@$(PYTHON) dev.py $@ $(ARGS)
