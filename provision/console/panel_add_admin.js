// Add New Admin (console FACTS 7.1).
page.addAdmin = (() => {
  "use strict";

  const panel = "admin-new";

  const controls = () => ({
    name: page.find(panel, "#new_admin_display_name"),
    email: page.find(panel, "#new_admin_username"),
    save: page.find(panel, "#admin-new-content input[value='Save Changes']"),
  });

  const areas = { user_groups: "groups", roles: "roles" };

  // Ticks exactly the wanted labels of an area.
  const tick = (area, wanted) => {
    for (const l of page.labels(panel, area)) page.tick(l.box, wanted.includes(l.name));
  };

  const ticked = (area, wanted) => {
    const on = page.labels(panel, area).filter((l) => l.box.checked);
    return on.length === wanted.length && wanted.every((w) => on.some((l) => l.name === w));
  };

  // Which of the wanted labels are not there exactly once.
  const lacks = (wanted) =>
    Object.entries(areas).flatMap(([area, key]) => {
      const labels = page.labels(panel, area);
      return wanted[key]
        .map((name) => ({ name, area, times: labels.filter((l) => l.name === name).length }))
        .filter((l) => l.times !== 1);
    });

  return {
    needs: ({ role }) => {
      const c = controls();
      const roles = page.labels(panel, "roles").filter((l) => l.name === role);
      return {
        "box Name (#new_admin_display_name)": c.name,
        "box Email (#new_admin_username)": c.email,
        "group to tick (div#user_groups ul li label)": page.labels(panel, "user_groups").length,
        [`role "${role}", or more than one (div#roles ul li label)`]: roles.length === 1,
        "button Save Changes": c.save,
      };
    },

    // All that can be ticked.
    offers: () => {
      const names = (area) => page.labels(panel, area).map((l) => l.name);
      return controls().save ? { groups: names("user_groups"), roles: names("roles") } : null;
    },

    // Fills the form in, and gives what it lacks for that: then it leaves it as it is.
    fill: ({ name, email, groups, roles }) => {
      const c = controls();
      if (!c.name || !c.email || !c.save) return null;
      const lacking = lacks({ groups, roles });
      if (lacking.length) return lacking;
      if (c.name.value !== name) page.type(c.name, name);
      if (c.email.value !== email) page.type(c.email, email);
      tick("user_groups", groups);
      tick("roles", roles);
      return [];
    },

    // The click that saves. The form would take an admin without group or role as well, so both are proven here.
    press: ({ name, email, groups, roles }) => {
      const c = controls();
      if (!page.usable(c.save) || c.name.value !== name || c.email.value !== email) return false;
      if (!ticked("user_groups", groups) || !ticked("roles", roles)) return false;
      page.markMessages(panel);
      page.click(c.save);
      return true;
    },

    outcome: () => page.newMessages(panel),
  };
})();
