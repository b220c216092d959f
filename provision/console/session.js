// Logging in (console FACTS 2).
page.session = (() => {
  "use strict";

  const visible = (selector) => [...document.querySelectorAll(selector)].find(page.visible);

  const form = () => {
    const username = visible("#username");
    const password = visible("#password");
    const button = visible("span.login_button");
    return username && password && button ? { username, password, button } : null;
  };

  const errors = () =>
    [...document.querySelectorAll("div#inner-content ul.flash.errors")]
      .filter(page.visible)
      .flatMap((ul) => [...ul.children])
      .filter(page.text);

  // What was said before we tried, such as that a session has expired.
  const before = new WeakSet();

  const signedIn = () => [...document.querySelectorAll("a")].some((a) => page.name(a) === "LOG OUT" && page.visible(a));

  const dialect = () => visible("select#set_dialect");

  // Set when the language was chosen while the form already stood: the page may then still load again.
  let mayLoad = false;

  // Where we are: "in", "form", "verify", or null while the page is still on its way there.
  const at = () => {
    if (document.readyState === "loading") return null;
    if (location.pathname.includes("email_needs_verification")) return "verify";
    if (form() || dialect()) return "form";
    if (signedIn()) return page.dismiss() ? null : "in";
    return null;
  };

  return {
    at,
    where: () => location.origin,

    // Whether the console has put us out: the log-in form stands somewhere, or the way to log out is gone.
    out: () => !!form() || !signedIn(),

    captcha: () => !!visible("[id*=captcha]"),

    // Chooses English where there is a choice. Tells whether that changed anything.
    english: () => {
      const select = dialect();
      if (!select || page.chosen(select) === "English") return false;
      mayLoad = !!form();
      page.choose(select, "English");
      return true;
    },
    chosen: () => (form() && !mayLoad ? true : null),

    // One attempt. The password goes nowhere but to the console's own origin.
    signIn: ({ origin, username, password }) => {
      if (location.origin !== origin) page.unexpected(`The log-in form is at ${location.origin}, not at ${origin}.`);
      const f = form();
      if (!f) return false;
      errors().forEach((el) => before.add(el));
      page.type(f.username, username);
      page.type(f.password, password);
      page.click(f.button);
      return true;
    },

    outcome: () => {
      const where = at();
      if (where === "in" || where === "verify") return { at: where };
      const messages = errors()
        .filter((el) => !before.has(el))
        .map(page.text);
      return messages.length ? { at: "refused", messages } : null;
    },
  };
})();
