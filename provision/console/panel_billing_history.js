// Billing History (console.md 3.5).
page.billingHistory = (() => {
  "use strict";

  const panel = "resource-all_charges";

  return {
    // The table's head and lines as they stand: today first, oldest last.
    read: () => {
      const tables = page.all(panel, "table").filter((t) => page.rows(t)[0]?.includes("Date"));
      if (tables.length > 1) page.surprise("Billing History has more than one table of charges.");
      return tables.length ? page.rows(tables[0]) : null;
    },
  };
})();
