// Billing History (console FACTS 3.5).
page.billingHistory = (() => {
  "use strict";

  const panel = "resource-all_charges";

  const tables = () => page.all(panel, "table").filter((t) => page.rows(t)[0]?.includes("Date"));

  return {
    needs: () => ({ "table with the columns Date and Amount": tables().some((t) => page.rows(t)[0].includes("Amount")) }),

    // The table's head and lines as they stand: today first, oldest last.
    read: () => {
      const found = tables();
      if (found.length > 1) page.unexpected("Billing History has more than one table of charges.");
      return found.length ? page.rows(found[0]) : null;
    },
  };
})();
