// List Admins, read as a whole (console FACTS 7.3).
page.listedAdmins = (() => {
  "use strict";

  const table = () => page.find("admin-list", "table#tree_all");

  const link = (row) => [...row.querySelectorAll("a")].find((a) => page.record(a, "admin\\W+show"));
  const find = (id) => [...(table()?.rows ?? [])].map(link).find((a) => a && page.record(a, "admin\\W+show") === id);

  const open = (load, { id, panel }) => {
    const opener = find(id);
    if (!opener) page.unexpected(`List Admins no longer has the admin ${id}.`);
    load(panel, () => page.click(opener));
  };

  return {
    // Everybody in the list. The root admin has no row.
    rows: () => {
      const heads = [...(table()?.querySelectorAll("th") ?? [])].map(page.text);
      const column = (head) => {
        const at = heads.indexOf(head);
        if (at < 0) page.unexpected(`List Admins has no column ${head}.`);
        return at;
      };
      const [name, groups, roles] = [column("Name"), column("User Groups"), column("Role")];
      return [...table().rows]
        .filter(link)
        .map((row) => ({
          id: page.record(link(row), "admin\\W+show"),
          name: page.name(row.cells[name]),
          groups: page.name(row.cells[groups]),
          roles: page.name(row.cells[roles]),
        }));
    },

    open: (args) => open(page.load, args),
    openAgain: (args) => open(page.loadAgain, args),
  };
})();
