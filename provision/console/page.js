// What every panel needs from the page. This runs in a JavaScript world of its own: it sees the console's elements, but
// the console's scripts see nothing of it and cannot change what it stands on. Values from orders only ever arrive as
// arguments.
(() => {
  "use strict";

  const page = (globalThis.page = {});

  // UnexpectedPage is thrown when the page is not as we know it. Its text is a sentence for people.
  class UnexpectedPage extends Error {
    name = "UnexpectedPage";
  }
  page.unexpected = (text) => {
    throw new UnexpectedPage(text);
  };

  page.ready = () => true;

  // Text for reading: blanks as the browser would show them.
  page.text = (el) => (el ? el.textContent.replace(/\s+/g, " ").trim() : "");

  // A name, exact but for the blanks around it: labels begin with one (console FACTS 7.1).
  page.name = (el) => (el ? el.textContent.trim() : "");

  page.visible = (el) =>
    !!el && el.isConnected && el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;

  page.usable = (el) => page.visible(el) && !el.disabled;

  // A click is the element's own, so that checking the values and clicking happen in one go: nothing that the page does
  // in between (a late answer that fills the panel again) can slip other values under the click. It needs no scrolling, which
  // would have the whole page laid out for each of them.
  page.click = (el) => el.click();

  const keys = (el, type) => el.dispatchEvent(new KeyboardEvent(type, { bubbles: true, cancelable: true }));
  const changed = (el) => {
    el.dispatchEvent(new InputEvent("input", { bubbles: true }));
    keys(el, "keyup");
    el.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // Replaces what is in the box and says so with every event a script may be waiting for.
  page.type = (el, value) => {
    el.focus({ preventScroll: true });
    keys(el, "keydown");
    el.value = value;
    changed(el);
    el.dispatchEvent(new FocusEvent("blur"));
  };

  page.choose = (select, text) => {
    const option = [...select.options].find((o) => page.name(o) === text);
    if (!option) page.unexpected(`A list on the page does not offer "${text}".`);
    select.value = option.value;
    option.selected = true;
    changed(select);
  };

  page.chosen = (select) => page.name(select.selectedOptions[0]);

  page.tick = (box, on) => {
    if (box.checked !== on) page.click(box);
  };

  // Rows of a table as the texts of their cells, heads included.
  page.rows = (table) => [...table.rows].map((row) => [...row.cells].map(page.text));

  // The number of the record that a link leads to (console FACTS 1.2, 6.1), "" if it bears none. Panels are addressed as
  // <controller>-<action>-<id> or /<controller>/<action>/<id>.
  page.record = (link, action) => {
    const all = [...link.attributes].map((a) => a.value).join(" ");
    const found = all.match(new RegExp(action + "\\D{1,40}?(\\d+)"));
    return found ? found[1] : "";
  };

  // The welcome dialog and its older kin cover the page at any log-in (console FACTS 1.5). Clicking again while it fades
  // would be clicking through it. The clock is the page's own: the one on the wall may be set while the page stands.
  let dismissed = -Infinity;
  let lookedFor = -Infinity;
  page.dismiss = () => {
    lookedFor = performance.now();
    const button =
      document.querySelector("#start_using_mozy") ??
      // Not in tables: a list may have thousands of links, and this is asked all the time.
      [...document.querySelectorAll("a:not(table a)")].find((a) => page.text(a) === "Don't Show This Again");
    if (!page.visible(button)) return false;
    if (performance.now() - dismissed > 500) {
      dismissed = performance.now();
      const onlyUpdates = document.querySelector("#chk_show_welcome");
      if (onlyUpdates) page.tick(onlyUpdates, true);
      page.click(button);
    }
    return true;
  };

  // Waits until condition(args) gives something, at most ms. The page is looked at when it changes, and by the clock too
  // because what is typed into a box changes nothing that can be observed.
  page.until = (condition, args, ms) =>
    new Promise((resolve, reject) => {
      let over = false;
      let observer, clock, limit; // none when it is there at once, as most of the time
      const end = (settle, value) => {
        over = true;
        observer?.disconnect();
        clearInterval(clock);
        clearTimeout(limit);
        settle(value);
      };
      const look = () => {
        if (over) return;
        try {
          if (performance.now() - lookedFor > 200) page.dismiss(); // which takes longer than most conditions
          const value = condition(args);
          if (value != null) end(resolve, { met: true, value });
        } catch (e) {
          end(reject, e);
        }
      };
      look();
      if (over) return;
      observer = new MutationObserver(look);
      clock = setInterval(look, 50);
      limit = setTimeout(() => end(resolve, { met: false }), ms);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    });

  // What these functions give, each null where it is not there yet or will not be read.
  page.peek = (all) =>
    Promise.all(
      all.map(async ([name, args]) => {
        const [script, f] = name.split(".");
        try {
          return (await page[script][f](args)) ?? null;
        } catch {
          return null; // whoever asks for it again is told
        }
      }),
    );

  // Panels. Ids repeat across them (console FACTS 1.2), so nothing is ever looked up but inside one panel's root.

  page.root = (panel) => document.getElementById(panel);

  page.find = (panel, selector) => page.root(panel)?.querySelector(selector) ?? null;

  page.all = (panel, selector) => [...(page.root(panel)?.querySelectorAll(selector) ?? [])];

  // What a panel held when it was told to load: whatever is still of it does not count as loaded.
  const old = new Map();

  page.fresh = (panel, selector) => page.all(panel, selector).find((el) => !old.get(panel)?.has(el)) ?? null;

  const header = (panel, does) => page.all(panel, `h2 a[onclick^=${does}], a.mod-button[onclick^=${does}]`)[0];

  // Loads the panel: a panel that is open is refreshed, never asked for again, because a click on an active menu item
  // leaves old values and old messages standing (console FACTS 1.4). open() clicks whatever opens the panel.
  page.load = (panel, open) => {
    page.expect(panel);
    page.loadAgain(panel, open);
  };

  // The same for a panel that is on its way already.
  page.expect = (panel) => old.set(panel, new WeakSet(page.all(panel, "*")));

  // The same for a click that was lost. What counts as old stays as it was.
  page.loadAgain = (panel, open) => {
    const root = page.root(panel);
    if (!root) return open();
    const refresh = header(panel, "refresh_module");
    if (!refresh) page.unexpected(`The panel ${panel} has no button to refresh it.`);
    page.click(refresh);
    if (root.classList.contains("adminbox-inactive")) {
      const toggle = header(panel, "toggle_module");
      if (toggle) page.click(toggle);
    }
  };

  // Closes the panel of one record, which nobody needs a second time: else the page grows with every customer.
  page.close = (panel) => {
    const cross = header(panel, "delete_module");
    if (cross) page.click(cross);
  };

  page.closeAll = (panels) => panels.forEach(page.close);

  // Links by exact text: first in Quick Links, last in their own category (console FACTS 1.4).
  const menu = (text) => {
    const links = [...document.querySelectorAll("ul a")].filter(
      (a) => page.name(a) === text && !a.closest("[class*=adminbox]"),
    );
    return links.find(page.visible) ?? links[0];
  };

  page.openMenu = (panels) => {
    for (const { menu: text, panel, comes } of panels) comes ? page.expect(panel) : page.load(panel, () => clickMenu(text));
  };

  page.openMenuAgain = (panels) => {
    for (const p of panels) if (!page.fresh(p.panel, p.shows)) page.loadAgain(p.panel, () => clickMenu(p.menu));
  };

  const clickMenu = (text) => {
    const link = menu(text);
    if (link) page.click(link);
  };

  // Whether all panels show what they are opened for.
  page.loaded = (panels) => panels.every((p) => page.fresh(p.panel, p.shows)) || null;

  // What is missing: in sentences for people, and what it was looked for by, for the log.
  page.missing = (panels) => {
    const absent = panels.filter((p) => !page.fresh(p.panel, p.shows));
    return {
      says: absent
        .map((p) => {
          if (page.root(p.panel)) return `The panel "${p.menu}" does not show what it should.`;
          return menu(p.menu) ? `The panel "${p.menu}" does not open.` : `The menu has no "${p.menu}".`;
        })
        .join(" "),
      by: absent.map((p) => `${p.menu}: ${p.shows}`).join("; "),
    };
  };

  // Messages of a panel, success and error alike (console FACTS 1.6). They stay until a refresh, so those that were read
  // before are left out.
  const read = new WeakSet();
  const items = (panel) => {
    const lists = page.all(panel, `#${CSS.escape(panel)}-errors ul`);
    return lists.flatMap((ul) => (ul.children.length ? [...ul.children] : [ul])).filter((el) => page.text(el));
  };

  page.markMessages = (panel) => items(panel).forEach((el) => read.add(el));

  page.messages = (panel) =>
    items(panel)
      .filter((el) => !read.has(el))
      .map((el) => ({ text: page.text(el), error: !!el.closest("ul.errors") }));

  page.newMessages = (panel) => {
    const messages = page.messages(panel);
    return messages.length ? messages : null;
  };

  // Boxes under labels, each in one area of a panel: a group and a role may bear the same name (console FACTS 7.1).
  page.labels = (panel, area) =>
    page
      .all(panel, `div#${area} ul li label`)
      .map((label) => ({ name: page.name(label), box: label.querySelector("input[type=checkbox]") ?? label.control }))
      .filter((l) => l.box);

  // What a panel lacks of the controls that the steps need. needs holds each under the words people know it by, with what
  // it is found by behind them, in brackets.
  page.lacks = (needs) => Object.keys(needs).filter((words) => !needs[words]);

  const forPeople = (words) => words.replace(/ \([^()]*\)$/, "");

  // A panel's own needs, by the panel's name among these scripts.
  const lacks = ({ script, args }) => page.lacks(page[script].needs(args));

  page.complete = (forms) => (forms.some((f) => lacks(f).length) ? null : true);

  // Like page.missing.
  page.incomplete = (forms) => {
    const partial = forms.map((f) => [f.title, lacks(f)]).filter(([, missing]) => missing.length);
    return {
      says: partial.map(([title, missing]) => `The panel "${title}" has no ${missing.map(forPeople).join(", and no ")}.`).join(" "),
      by: partial.map(([title, missing]) => `${title}: ${missing.join(", ")}`).join("; "),
    };
  };

  // The panel to look at when something is missing: "" when it is not even there.
  page.lacking = (forms) => forms.find((f) => page.root(f.panel) && lacks(f).length)?.panel ?? "";
  page.unloaded = (panels) => panels.find((p) => page.root(p.panel) && !page.fresh(p.panel, p.shows))?.panel ?? "";

  // Evidence.

  // Where the panel is in the document, or the whole of it, without the passwords that are typed into it.
  page.frame = (panel) => {
    for (const box of document.querySelectorAll("input[type=password]")) box.value = "";
    const r = (page.root(panel) ?? document.documentElement).getBoundingClientRect();
    return { x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: Math.min(r.height, 1500) };
  };

  // What is drawn of an image, once a snapshot, for a page that cannot ask for it.
  const drawn = new Map();
  const pixels = (img) => {
    const key = `${img.src} ${img.width}x${img.height}`;
    if (!drawn.has(key) && img.complete && img.width && img.height) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [img.width, img.height];
      canvas.getContext("2d").drawImage(img, 0, 0, img.width, img.height);
      drawn.set(key, canvas.toDataURL());
    }
    return drawn.get(key) ?? img.src;
  };

  // What a person has made of a form is in no attribute. Passwords are left out.
  const typed = {
    OPTION: (el, copy) => copy.toggleAttribute("selected", el.selected),
    TEXTAREA: (el, copy) => (copy.textContent = el.value),
    IMG: (el, copy) => {
      for (const other of ["srcset", "sizes", "loading"]) copy.removeAttribute(other);
      copy.setAttribute("src", pixels(el));
    },
    INPUT: (el, copy) => {
      if (el.type === "checkbox" || el.type === "radio") copy.toggleAttribute("checked", el.checked);
      else if (el.type === "password") copy.removeAttribute("value");
      else copy.setAttribute("value", el.value);
    },
  };

  // What a style sheet says, with addresses that hold in another page.
  const rules = (sheet) => {
    if (sheet.disabled) return "";
    const absolute = (text) => text.replace(/url\("(?!#)([^"]*)"\)/g, (_, url) => `url("${new URL(url, sheet.href ?? location.href)}")`);
    const text = [...sheet.cssRules].map((rule) => (rule.styleSheet ? rules(rule.styleSheet) : absolute(rule.cssText))).join("\n");
    return sheet.media.length ? `@media ${sheet.media.mediaText} {\n${text}\n}` : text;
  };

  // A copy of the panel as it stands, as a page of its own that looks like it: under the same elements, which take no room, and with the
  // same styles. It is empty where it would look different: scripts may not read the styles and images of another site, and what is in a
  // frame or on a canvas is in no copy.
  page.snapshot = (panel) => {
    const root = page.root(panel);
    if (!root) page.unexpected(`The panel ${panel} is not there to be pictured.`);
    if (root.querySelector("canvas, video, iframe, object, embed")) return {};
    try {
      return copied(root);
    } catch {
      return {};
    }
  };

  const copied = (root) => {
    drawn.clear();
    const { width, height } = root.getBoundingClientRect();
    let copy = root.cloneNode(true);
    const all = (el) => [...el.querySelectorAll(Object.keys(typed).join())];
    const copies = all(copy);
    all(root).forEach((el, i) => typed[el.tagName](el, copies[i]));
    copy.querySelectorAll("script, noscript, meta, link").forEach((el) => el.remove());
    copy.style.cssText += `; box-sizing: border-box; width: ${width}px; margin: 0; float: none`;
    for (let el = root.parentElement; el && el !== document.body; el = el.parentElement) {
      const around = el.cloneNode(false);
      around.style.cssText += "; display: contents";
      around.append(copy);
      copy = around;
    }
    const body = document.body.cloneNode(false);
    body.style.cssText += "; margin: 0; padding: 0; min-width: 0";
    body.append(copy);
    const styles = [...document.styleSheets, ...document.adoptedStyleSheets].map(rules).join("\n").replaceAll("</", "<\\/");
    const top = document.documentElement.cloneNode(false).outerHTML.replace("</html>", "");
    const type = document.compatMode === "CSS1Compat" ? "<!doctype html>" : "";
    const html = `${type}${top}<head><base href="${location.origin}/"><style>${styles}</style></head>${body.outerHTML}`;
    return { html, width: Math.round(width), height: Math.round(Math.min(height, 1500)) };
  };

  page.words = () => `${location.href}\n\n${document.body?.innerText ?? ""}`;
})();
