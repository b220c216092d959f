// Package console works the vendor's admin console with a browser, as a person would: it is the Console of the runbook.
// What is known of the console is in its comments by the numbers of fixtures/sandbox/console/FACTS.md; that the page does not contradict it is
// checked at every step, and a page that is not as we know it stops everything with code Changed and a picture.
//
// The package leaves to others: the maths, what to do about an error, and whether an act is to be repeated.
//
// # How it works the page
//
// One Chromium is kept running and logged in, with one tab for the work, one in which the plan is changed, and one for
// readings. [Console] serves the steps one at a time; [Reader] may read meanwhile. What a page piles up over the jobs goes
// with its tab, which is exchanged now and then, between two jobs.
//
// A panel that stands open in a tab is a value of a type of its own (changePlanPanel in panel_change_plan.go): what it
// shows and takes are its methods, and the menu opens it. What all panels need, waiting for what is to come and pressing
// what changes something, is the tab's.
//
// Go decides, and small scripts (the .js files beside the .go files, one for each panel) look and click in a JavaScript
// world of their own, so that a panel is read in one round trip and what a form says is checked in the same breath as
// its button is clicked. Values from orders reach the page as arguments only.
//
// # The browser
//
// It is started when it is first wanted and again when it is gone, and each start and end has a limit (process.go). It has
// Chromium's sandbox where the machine allows that (sandbox.go), and one way out, to the console (egress.go): directly, or
// by a relay of ours where a proxy or a private authority is in between (relay.go).
//
// Its pages stay in the background, where nothing is drawn. Pictures of what was done are taken in the tab that the browser came with,
// each of a copy of the panel as it stood at that moment (picture.go): nothing waits for them, and they are drawn while the console is
// waited for. No script runs there; it asks the console for no more than the images that styles name. Of a page that is not as we know
// it, the page itself is pictured.
//
// # What it relies on
//
//   - Panels stay open side by side, with the same ids, old values and old messages. Everything is looked up inside one
//     panel, and a panel is always loaded afresh before it counts. A reading does that for the act that follows at once, too:
//     it opens what that will fill in, and the act loads nothing again (standing.go). Where the act is a change of the plan,
//     it is Submit that is pressed beside the reading, in the plan's tab: that only asks (plan_question.go).
//   - The console's answers may take long, so what does not rest on one another is asked for side by side: all panels of
//     a reading, and from the panels that stand open already what they lead to while they load again.
//   - Nothing waits for a time, nor for the console's own signs of loading, which can stick. It waits for what is wanted
//     to be there.
//   - Clicks right after loading get lost. A harmless click is repeated; one that changes something only as long as the
//     browser has sent nothing. What was sent is seen on the wire, and that is also what an error stands on: when
//     nothing but reading was sent, nothing was changed.
//   - No message counts by itself. An act that the console complains of is looked into at once. One that it takes is
//     read back with [Console.Read] by the caller, who has to anyway, with more than the act's own panel (runbook.Console):
//     if both did, each panel would be loaded twice. What the page loads again by itself after an act, the act does not wait for; the
//     look right after it does, instead of asking once more.
//
// Where another process may take over, an act ends in time (Config.ActTime): the browser goes by a relay then, which sends nothing of
// a press once its time is up, by a clock that counts suspension.
//
// A refused log-in is never repeated with the same password, not even by a later call, unless a person has it tried once:
// failed attempts lock the account.
package console
