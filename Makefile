# mozybot: "make sandbox" to try it, "make test" to test it. Both bring a browser where there is none.
# Everything else works with plain go commands.

.DEFAULT_GOAL := help
ARGS ?=
FUZZTIME ?= 1m
GUIDED ?= -fuzz Fuzz
CRASH_FOR ?= 5m

.PHONY: help
help: ## list what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

.PHONY: sandbox
sandbox: browser ## run the bot with everything around it, here (ARGS="--listen 127.0.0.1:0" to add flags, REPLICAS=3 for several bots on etcd)
	go run ./cmd/mozybot sandbox $(if $(REPLICAS),--replicas $(REPLICAS)) $(ARGS)

.PHONY: demo
demo: browser ## drop an order in a sandbox, approve it, and print its thread
	go run ./cmd/mozybot sandbox --listen 127.0.0.1:0 --drop fixtures/orders/example-inc.pdf --approve

.PHONY: pictures
pictures: browser etcd ## take the README's pictures again, from a sandbox with the real bot in it (and a Prometheus)
	go test -count 1 -run '^TestPictures$$' -v ./cmd/mozybot -pictures

# The tests of the state in etcd start real members, from a module of its own. They build it, too; this has the compiling done first.
.PHONY: etcd
etcd:
	@cd fixtures/etcd/server && GOFLAGS=-mod=readonly go build -trimpath -o /dev/null .

# All of it side by side: tests wait for pages and for processes, which is time for the compiler and the fuzzing.
.PHONY: test
test: browser etcd ## check the code, run every test, and each fuzz target for a moment
	@$(MAKE) --no-print-directory -j3 tests lint fuzz FUZZTIME=200x GUIDED= FUZZ_AT_ONCE=-test.parallel=1

# Compilers, checks and tests live for seconds, and spent up to a quarter of their work on collecting garbage. go test hands this
# on to every test binary; the bots that the tests of cmd/mozybot start have theirs from lessGarbage.
LESS_GARBAGE = GOGC=400 GOMEMLIMIT=2GiB

# The two packages that take longest come first: beside them, where they wait, is time for all the others. lint vets,
# and nobody debugs what is built here (-s).
.PHONY: tests
tests:
	$(LESS_GARBAGE) go test -vet=off -ldflags=-s -p 3 -timeout 30m ./cmd/mozybot ./provision/console ./...

.PHONY: lint
lint: ## check the code without running it
	$(LESS_GARBAGE) go vet ./...
	$(LESS_GARBAGE) go tool staticcheck ./...

.PHONY: race
race: browser etcd ## run every test under the race detector
	go test -race -timeout 60m ./...

.PHONY: pairs
pairs: browser ## carry a job through every fault of the console and every pair of them, and find a group among 5,000 (an hour)
	FAULT_PAIRS=all go test -run 'AJobUnderPairsOfFaults|AmongThousands' -v -timeout 5h ./provision/console

# The last part walks at random for CRASH_FOR; CRASH_SEED=n repeats a walk.
.PHONY: crash
crash: browser etcd ## kill the bot at every moment of an order, then at random for some minutes (CRASH_FOR=5m CRASH_SEED=n)
	cd cmd/mozybot && CRASH_FOR=$(CRASH_FOR) go test -count 1 -run '^TestKilled' -timeout 3h

# Some minutes, one thing after the other. What takes longer: AT_ONCE=200 for that many orders at once, and by themselves
# "go test ./state/bolt -run xxx -bench 'Beside|Whole'" and "go test ./provision/console -run xxx -bench Warm -benchtime 200x".
.PHONY: bench
bench: browser ## measure, in turns with the peers of fixtures/bench where node is, and print one table of it, as in the README
	@measure() { go test -timeout 30m -run '^$$' -bench "$$@" || echo "FAIL: go test -bench $$*"; }; \
	{ if command -v node >/dev/null && command -v npm >/dev/null; then \
		if (cd fixtures/bench && npm install --silent --no-audit --no-fund); then \
			measure Peers -benchtime 7x ./cmd/mozybot; \
			measure Acknowledged -benchtime 1000x ./cmd/mozybot; \
			measure Burst -benchtime 5x ./cmd/mozybot; \
		else echo "FAIL: npm install in fixtures/bench: mozybot is measured without its peers"; fi; \
	else echo "no node here: mozybot is measured without its peers"; fi; \
	measure TenSteps -benchtime 5x ./provision/console; \
	measure 'Order|Ready' -benchtime 5x ./cmd/mozybot; \
	measure AtOnce -benchtime 1x ./cmd/mozybot; \
	measure 'Whole/10000$$/(verify|backup)' -benchtime 3x ./state/bolt; } | go run ./fixtures/bench

# Everything in cmd/mozybot/deploy, as far as this machine can: it says what it could not look at. As root on a Debian it
# installs the tools, and starts the units and the image's steps for real (some minutes the first time).
.PHONY: deploy-test
deploy-test: ## check the units, manifests, alerts, dashboard and image that are shipped (ARGS=alerts for some of them)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		for p in promtool:prometheus debootstrap:debootstrap systemd-nspawn:systemd-container systemd-analyze:systemd; do \
			command -v "$${p%%:*}" >/dev/null 2>&1 || { echo "installing Debian's $${p##*:}"; \
				apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${p##*:}" >/dev/null; }; \
		done; \
	fi
	go test -run 'Shipped|Deploy|Dashboard' ./cmd/mozybot
	@cd cmd/mozybot/deploy/check && go run . $(ARGS)

# Twice, the second time in another folder and without a cache: it fails where a byte differs.
.PHONY: release
release: ## build what a release is into dist/, from what is committed (ARGS=-once to build it only once)
	@cd cmd/mozybot/deploy/release && go run . $(ARGS)

# A package is built for fuzzing once, and all its targets run from that. For a moment's worth they need no guidance by what
# code they reach, and so no build of everything for that, and no second process.
.PHONY: fuzz
fuzz: ## look for input that breaks the maths or a reader (FUZZTIME=1m for each target)
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; cache=$$(go env GOCACHE)/fuzz; \
	for pkg in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u); do \
		$(LESS_GARBAGE) go test -c -ldflags=-s $(GUIDED) -o "$$tmp/fuzz.test" $$pkg; path=$$(go list $$pkg); \
		for t in $$(grep -ho '^func Fuzz[A-Za-z]*' $$pkg/*_test.go | awk '{print $$2}' | sort); do \
			echo "fuzz $$t"; \
			(cd $$pkg && "$$tmp/fuzz.test" -test.run '^$$' -test.fuzz "^$$t$$" -test.fuzztime $(FUZZTIME) -test.fuzzminimizetime 1s $(FUZZ_AT_ONCE) \
				-test.fuzzcachedir "$$cache/$$path" >"$$tmp/fuzz.out" 2>&1) || { cat "$$tmp/fuzz.out"; exit 1; }; \
		done; \
	done

# The bot drives the console in a Chromium, which it finds by these names, too (provision/console, FindChromium). Where there is
# none, Debian's is installed as root; elsewhere one line says what to install. CHROMIUM names one that is somewhere else.
.PHONY: browser
browser:
	@for b in "$$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable /snap/bin/chromium \
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
