# Thin names for what dev.py does.
PYTHON ?= python3
.PHONY: run live test faults bench screenshots translations lock

run live test faults bench screenshots translations lock:
	@$(PYTHON) dev.py $@ $(ARGS)
