# Thin names for what dev.py does.
.PHONY: run live test bench lock

run live test bench lock:
	@python3 dev.py $@ $(ARGS)
