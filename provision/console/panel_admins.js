// Search Admins, List Admins and the panel of one admin (console FACTS 7.3).
page.admins = (() => {
  "use strict";

  const search = "admin-search";
  const list = "admin-list";

  // What the search panel held when the search was sent: whatever is still of it is not the answer.
  let asked = new WeakSet();
  const nodes = (root) => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    const all = [];
    while (walk.nextNode()) all.push(walk.currentNode);
    return all;
  };

  const shownCut = 27;

  // An e-mail as it reads: case and characters that nobody sees make no difference.
  const reads = (email) => email.normalize("NFKC").replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "").toLowerCase();

  // Links show 27 characters of an e-mail at most.
  const mayBe = (link, email) => {
    const text = page.text(link).replace(/(\.{3}|…)$/, "");
    const shown = reads(text);
    return shown === reads(email) || (text.length >= shownCut && reads(email).startsWith(shown));
  };

  // The e-mail that a link shows in its column, "" where it may be cut or is something else, such as a name.
  const wholeEmail = (link) => {
    const text = page.name(link);
    const cell = link.closest("td");
    const head = page.all(search, "th").find((th) => page.text(th) === "Email" && th.closest("table") === link.closest("table"));
    return cell && head?.cellIndex === cell.cellIndex && text.length < shownCut && !/(\.{3}|…)$/.test(text) ? text : "";
  };

  const results = () => page.all(search, "a").filter((a) => !a.closest("h2") && page.record(a, "admin\\W+show"));
  const links = (email) => results().filter((a) => mayBe(a, email));

  const checked = (panel, area) => page.labels(panel, area).filter((l) => l.box.checked).map((l) => l.name);

  const searchBox = () => page.find(search, "#admin_search");
  const searchButton = () => page.find(search, "table#search_box input[value='Submit'], table#search_box [type=submit]");

  const listTable = () => page.find(list, "table#tree_all");
  const heads = () => [...(listTable()?.querySelectorAll("th") ?? [])].map(page.text);

  return {
    needs: ({ panel }) =>
      panel === list
        ? {
            "table with the columns User Groups and Role (table#tree_all)": heads().includes("User Groups") && heads().includes("Role"),
          }
        : {
            "box to search in (#admin_search)": searchBox(),
            "button Submit (table#search_box)": searchButton(),
          },

    search: ({ email }) => {
      const box = searchBox();
      const button = searchButton();
      if (!page.usable(box) || !page.usable(button)) return null;
      page.type(box, email);
      asked = new WeakSet(nodes(page.root(search)));
      page.click(button);
      return true;
    },

    // The numbers of the admins who may bear the e-mail, and the e-mail of the only one.
    found: ({ email }) => {
      if (!page.root(search)) return null;
      const none = nodes(page.root(search)).some((n) => n.nodeType === Node.TEXT_NODE && !asked.has(n) && n.data.includes("No results"));
      const rows = results();
      if (rows.some((a) => asked.has(a)) || (!rows.length && !none)) return null;
      const all = links(email);
      const ids = [...new Set(all.map((a) => page.record(a, "admin\\W+show")))];
      return { ids, email: ids.length === 1 ? (all.map(wholeEmail).find((text) => text) ?? "") : "" };
    },

    open: ({ email, id, panel }) => {
      const link = links(email).find((a) => page.record(a, "admin\\W+show") === id);
      if (link) page.load(panel, () => page.click(link));
    },
    openAgain: ({ email, id, panel }) => {
      const link = links(email).find((a) => page.record(a, "admin\\W+show") === id);
      if (link) page.loadAgain(panel, () => page.click(link));
    },

    read: ({ panel }) => {
      const name = page.fresh(panel, "#target_admin_display_name");
      const email = page.fresh(panel, "#target_admin_username");
      if (!name || !email) return null;
      return {
        name: name.value.trim(),
        email: email.value.trim(),
        showsGroups: page.labels(panel, "user_groups").length > 0,
        groups: checked(panel, "user_groups"),
        showsRoles: page.labels(panel, "roles").length > 0,
        roles: checked(panel, "roles"),
      };
    },

    // The boxes of the groups may stand behind a link.
    unfold: ({ panel }) => {
      const link = page.all(panel, "a").find((a) => page.text(a) === "Add/remove user groups");
      if (link) page.click(link);
      return !!link;
    },
    unfolded: ({ panel }) => page.labels(panel, "user_groups").length || null,

    // What List Admins says of an admin, whose name leads to their panel: nothing of the root admin, who has no row.
    row: ({ id }) => {
      const row = [...listTable().rows].find((r) => [...r.querySelectorAll("a")].some((a) => page.record(a, "admin\\W+show") === id));
      if (!row) return { name: "", groups: "", roles: "" };
      const cell = (head) => {
        const column = heads().indexOf(head);
        if (column < 0) page.unexpected(`List Admins has no column ${head}.`);
        return page.name(row.cells[column]);
      };
      return { name: cell("Name"), groups: cell("User Groups"), roles: cell("Role") };
    },
  };
})();
