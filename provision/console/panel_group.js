// Add Group, Edit and the details of a group (console FACTS 6.2, 6.3). Add and Edit have the same controls.
page.group = (() => {
  "use strict";

  const controls = (panel) => ({
    name: page.find(panel, "input#name"),
    type: page.find(panel, "select[id^=Generic_storage_pool_type_]"),
    assigned: page.find(panel, "input#Generic_storage_assigned"),
    sync: page.find(panel, "input#stash"),
    server: page.find(panel, "input#server_support"),
    save: page.find(panel, "button[onclick*=user_groups]"),
  });

  const asWanted = (c, { name, gb }) =>
    (name === undefined || c.name.value === name) &&
    page.chosen(c.type) === "Assigned" &&
    page.visible(c.assigned) &&
    c.assigned.value === gb;

  // Where the pop-out icon is, nobody recorded: it is the one that says so, and none of those that are known. The title may
  // say anything: a customer's name is in it.
  const popOutIcon = (panel) => {
    const says = (a) =>
      [...a.attributes, ...[...a.querySelectorAll("*")].flatMap((el) => [...el.attributes])].map((x) => x.value).join(" ") +
      page.text(a);
    const known = "a.title, [onclick^=toggle_module], [onclick^=refresh_module], [onclick^=delete_module]";
    return page.all(panel, "h2 a, a.mod-button").find((a) => !a.matches(known) && /pop[\s_-]*(out|up)/i.test(says(a)));
  };

  return {
    // The form to add a group must offer Sync; Server Support is offered or not by what the reseller has bought. The one
    // to edit a group can be popped out.
    needs: ({ panel, adds }) => {
      const c = controls(panel);
      return {
        "box Name (input#name)": c.name,
        "list Storage Type (select[id^=Generic_storage_pool_type_])": c.type,
        "Storage Type Assigned": c.type && [...c.type.options].some((o) => page.name(o) === "Assigned"),
        "box Assigned (input#Generic_storage_assigned)": c.assigned,
        "button Save (button[onclick*=user_groups])": c.save,
        ...(adds
          ? { "box Enable Sync (input#stash)": c.sync }
          : { "icon to pop it out": popOutIcon(panel) }),
      };
    },

    // What keeps a form from being read, like page.missing.
    lacks: (args) =>
      page.root(args.panel) ? page.incomplete([{ title: args.adds ? "Add Group" : "Edit Group", script: "group", args }]) : { says: "", by: "" },

    read: ({ panel }) => {
      if (!page.fresh(panel, "input#name")) return null;
      const c = controls(panel);
      if (!c.name || !c.type || !c.assigned || !c.save) return null;
      return {
        type: page.chosen(c.type),
        assigned: c.assigned.value.trim(),
        offersSync: !!c.sync,
        offersServer: !!c.server,
      };
    },

    // Makes the form say what it should, as far as it lets us; gives true when it does.
    fill: ({ panel, name, gb, sync, server, insist }) => {
      const c = controls(panel);
      if (!c.name || !c.type || !c.assigned || !c.save) return null;
      if (name !== undefined && c.name.value !== name) page.type(c.name, name);
      if (insist || page.chosen(c.type) !== "Assigned") page.choose(c.type, "Assigned");
      if (!page.visible(c.assigned)) return null; // shown for Assigned only
      if (c.assigned.value !== gb) page.type(c.assigned, gb);
      if (c.sync && sync !== undefined) page.tick(c.sync, sync);
      if (c.server && server !== undefined) page.tick(c.server, server);
      return true;
    },

    // The same for controls that did not react.
    fillAgain: (values) => page.group.fill({ ...values, insist: true }),

    // The click that saves. False when the form no longer says what it should: it must be filled again.
    press: (wanted) => {
      const { panel, sync, server } = wanted;
      const c = controls(panel);
      if (!c.save || !page.usable(c.save) || !asWanted(c, wanted)) return false;
      if (sync !== undefined && (c.sync?.checked ?? false) !== sync) return false;
      if (server !== undefined && (c.server?.checked ?? false) !== server) return false;
      page.markMessages(panel);
      page.click(c.save);
      return true;
    },

    outcome: ({ panel }) => page.newMessages(panel),

    // The number in the details panel, "" if it shows none.
    id: ({ panel }) => {
      if (!page.fresh(panel, "dt")) return null;
      const terms = page.all(panel, "dt");
      const term = terms.find((dt) => page.text(dt) === "ID:");
      return term ? page.text(term.nextElementSibling) : "";
    },

    // The same if the form has loaded; says whether it has.
    popOutEarly: ({ panel }) => {
      const icon = page.fresh(panel, "input#name") && popOutIcon(panel);
      if (icon) page.click(icon);
      return !!icon;
    },

    popOut: ({ panel }) => {
      const icon = popOutIcon(panel);
      if (!icon) page.unexpected("The group's panel has no icon to pop it out.");
      page.click(icon);
    },
  };
})();
