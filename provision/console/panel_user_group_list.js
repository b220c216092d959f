// User Group List (console FACTS 6.1).
page.userGroupList = (() => {
  "use strict";

  const panel = "user_groups-list";

  // There are two rows of heads, and either may look like data. A group's row has an icon to edit it.
  const rows = () =>
    page
      .all(panel, "table.user_group_list tr")
      .map((row) => ({
        row,
        edit: row.querySelector("a.edit_user_group, a[onclick*=edit_storage_pool_policy]"),
        cells: [...row.cells],
      }))
      .filter((r) => r.edit && r.cells.length >= 7);

  const group = ({ edit, cells }) => ({
    id: page.record(edit, "edit_storage_pool_policy"),
    shownID: cells[0].querySelector("a") ? page.record(cells[0].querySelector("a"), "user_groups\\W+show") : "",
    name: page.name(cells[0]),
    sync: page.text(cells[1]) !== "-",
    server: page.text(cells[2]) !== "-",
    type: page.text(cells[3]),
    value: page.text(cells[4]),
    used: page.text(cells[5]),
  });

  // A long list has pages (DataTables).
  const turner = (way) =>
    page.all(panel, ".dataTables_paginate *").find((el) => {
      const names = `${el.className} ${el.id}`;
      return new RegExp(`(^|[\\s_])${way}\\b`).test(names) && !/disabled/.test(names) && page.visible(el);
    });

  const standing = () => page.text(page.find(panel, ".dataTables_info")) + rows().map((r) => page.name(r.cells[0])).join("\n");

  const turn = async (way) => {
    const button = turner(way);
    if (!button) return false;
    const before = standing();
    for (let tries = 0; tries < 10; tries++) {
      page.click(turner(way) ?? button);
      if ((await page.until(() => (standing() !== before ? true : null), null, 500)).met) return true;
    }
    page.unexpected("The pages of the User Group List do not turn.");
  };

  // Visits the rows of every page, from the first, until visit gives something.
  const visitAll = async (visit) => {
    while (await turn("previous"));
    do {
      for (const r of rows()) {
        const found = visit(r);
        if (found) return found;
      }
    } while (await turn("next"));
  };

  // The row of one group, which most of the time is on the page that the list is turned to.
  const onlyOne = async (id, visit) => {
    const is = (r) => page.record(r.edit, "edit_storage_pool_policy") === id;
    const here = rows().find((r) => is(r) && page.visible(r.edit));
    const found = here ? visit(here) : await visitAll((r) => is(r) && visit(r));
    if (!found) page.unexpected(`The User Group List no longer has the group ${id}.`);
  };

  // The name may be no link.
  const clickName = (r) => {
    const link = r.cells[0].querySelector("a");
    if (link) page.click(link);
  };

  const addButton = () => page.find(panel, "input[value='Add Group']");

  return {
    needs: () => ({
      "button Add Group (input[value='Add Group'])": addButton(),
      "row with an icon to edit the group (a.edit_user_group)": rows().length,
    }),

    // The number that the list, as it stands, has for a name on the page it is turned to.
    numberOf: ({ name }) => {
      const named = rows().filter((r) => page.visible(r.edit) && page.name(r.cells[0]) === name);
      return named.length === 1 ? group(named[0]).id : "";
    },

    filled: () => (rows().length ? true : null),

    read: async () => {
      const groups = [];
      await visitAll((r) => void groups.push(group(r)));
      const total = page.text(page.find(panel, ".dataTables_info")).match(/of ([\d,]+) entries/);
      if (total && Number(total[1].replaceAll(",", "")) !== groups.length)
        page.unexpected(`The User Group List says it has ${total[1]} groups, but shows ${groups.length}.`);
      return groups;
    },

    // Says whether the list, as it stands, can be clicked in.
    add: () => {
      const usable = page.usable(addButton());
      if (usable) page.load("user_groups-new", () => page.click(addButton()));
      return usable;
    },
    addAgain: () => {
      if (page.usable(addButton())) page.loadAgain("user_groups-new", () => page.click(addButton()));
    },

    edit: ({ id, panel: opens }) => onlyOne(id, (r) => (page.load(opens, () => page.click(r.edit)), true)),
    editAgain: ({ id, panel: opens }) => onlyOne(id, (r) => (page.loadAgain(opens, () => page.click(r.edit)), true)),

    show: ({ id, panel: opens }) => onlyOne(id, (r) => (page.load(opens, () => clickName(r)), true)),
    showAgain: ({ id, panel: opens }) => onlyOne(id, (r) => (page.loadAgain(opens, () => clickName(r)), true)),
  };
})();
