# mozybot: "make sandbox" to try it, "make test" to test it. Both bring a browser where there is none.
# Everything else works with plain go commands.

.DEFAULT_GOAL := help
ARGS ?=
FUZZTIME ?= 1m
CRASH_FOR ?= 5m

.PHONY: help
help: ## list what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

.PHONY: sandbox
sandbox: browser ## run the bot with everything around it, here (ARGS="--listen 127.0.0.1:0" to add flags)
	go run ./cmd/mozybot sandbox $(ARGS)

.PHONY: test
test: browser ## check the code, run every test, and each fuzz target for a moment
	go vet ./...
	go tool staticcheck ./...
	@$(MAKE) --no-print-directory fuzz FUZZTIME=200x
	go test -timeout 30m ./...

.PHONY: race
race: browser ## run every test under the race detector
	go test -race -timeout 60m ./...

.PHONY: pairs
pairs: browser ## carry a job through every fault of the console and every pair of them, and find a group among 5,000 (an hour)
	FAULT_PAIRS=all go test -run 'AJobUnderPairsOfFaults|AmongThousands' -v -timeout 5h ./provision/console

# The last part walks at random for CRASH_FOR; CRASH_SEED=n repeats a walk.
.PHONY: crash
crash: browser ## kill the bot at every moment of an order, then at random for some minutes (CRASH_FOR=5m CRASH_SEED=n)
	cd cmd/mozybot && CRASH_FOR=$(CRASH_FOR) go test -count 1 -run '^TestKilled' -timeout 3h

.PHONY: bench
bench: browser ## measure, in turns with the peers of fixtures/bench where node is; the numbers in the README come from here
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
		(cd fixtures/bench && npm install --silent --no-audit --no-fund) && \
		go test -run '^$$' -bench 'Peers' -benchtime 9x ./cmd/mozybot && go test -run '^$$' -bench 'Acknowledged' -benchtime 1000x ./cmd/mozybot; \
	else echo "no node here: mozybot is measured without its peers"; fi
	go test -run '^$$' -bench . -skip 'Peers|Acknowledged' -benchmem ./...

# A package is built for fuzzing once, and all its targets run from that.
.PHONY: fuzz
fuzz: ## look for input that breaks the maths or a reader (FUZZTIME=1m for each target)
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; cache=$$(go env GOCACHE)/fuzz; \
	for pkg in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u); do \
		go test -c -fuzz Fuzz -o "$$tmp/fuzz.test" $$pkg; path=$$(go list $$pkg); \
		for t in $$(grep -ho '^func Fuzz[A-Za-z]*' $$pkg/*_test.go | awk '{print $$2}' | sort); do \
			echo "fuzz $$t"; \
			(cd $$pkg && "$$tmp/fuzz.test" -test.run '^$$' -test.fuzz "^$$t$$" -test.fuzztime $(FUZZTIME) -test.fuzzminimizetime 1s \
				-test.fuzzcachedir "$$cache/$$path" >"$$tmp/fuzz.out" 2>&1) || { cat "$$tmp/fuzz.out"; exit 1; }; \
		done; \
	done

# The bot drives the console in a Chromium. Where none is found, Debian's is installed as root; elsewhere one line says
# what to install. CHROMIUM names one that is somewhere else.
.PHONY: browser
browser:
	@for b in "$$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable chrome headless-shell \
		/usr/lib/chromium/chromium /snap/bin/chromium \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do \
		if [ -n "$$b" ] && command -v "$$b" >/dev/null 2>&1; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "installing Debian's chromium"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
		echo "mozybot needs a Chromium or Chrome: install the package \"chromium\" (Debian: sudo apt-get install chromium; macOS: brew install --cask chromium), or set CHROMIUM to one." >&2; \
		exit 1; \
	fi
