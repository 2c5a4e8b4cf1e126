"use strict";
/* Lets the grids of a report sort, filter, choose columns, turn pages and print what is chosen. Texts are only ever set as
   text, never as markup; the page's policy (trusted types) forbids the other way. */
{
  const PRINTED = 1000; // so many rows go to paper
  const FEW = 20; // so many rows need no search
  const CHOICES = 60; // a column with more different texts is searched, not chosen from
  const count = new Intl.NumberFormat("en");

  /** A new element with properties (`dataset` and attributes by name in `attributes`) and children. */
  const element = (tag, { attributes = {}, ...properties } = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  /** The text as it is compared: without case and without marks, so that `buro` finds `Büro`. */
  const folded = (text) =>
    /^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  /** The first number of a text (`1,234`, `-12.5 %`), infinity where it has none. */
  const number = (text) => Number(text.replaceAll(",", "").match(/-?\d+(\.\d+)?/)?.[0] ?? Infinity);

  /** One column: its title, and each of its different cells once. */
  class Column {
    constructor(head, position) {
      Object.assign(this, { head, position, title: head.textContent, cells: new Map(), shown: true });
      this.number = head.classList.contains("number");
      this.whole = head.classList.contains("whole");
      this.roomy = head.classList.contains("roomy");
      this.wanted = ""; // the text chosen for this column; "" for any
    }

    /** Its different texts. */
    get texts() {
      return new Set([...this.cells.values()].map((cell) => cell.text));
    }

    cell(text, tone = "") {
      const key = `${tone} ${text}`;
      if (!this.cells.has(key)) this.cells.set(key, { text, tone, folded: folded(text), rank: 0 });
      return this.cells.get(key);
    }

    /** Give each cell its rank; equal texts get the same one, empty cells and those without a number infinity: they come last. */
    rankCells() {
      const key = this.number ? (cell) => number(cell.text) : (cell) => cell.folded;
      const filled = [...this.cells.values()].map((cell) => [cell, key(cell)]);
      filled.sort(([, a], [, b]) => (a < b ? -1 : Number(a > b)));
      let rank = 0;
      filled.forEach(([cell, value], index) => {
        if (index && value !== filled[index - 1][1]) rank += 1;
        cell.rank = value === "" || value === Infinity ? Infinity : rank;
      });
    }
  }

  /** One grid: all its rows, which of them are shown, and in which order. */
  class Grid {
    constructor(section) {
      this.table = section.querySelector("table");
      this.scroll = section.querySelector(".scroll");
      this.body = this.table.tBodies[0];
      this.columns = [...this.table.tHead.rows[0].cells].map((head, position) => new Column(head, position));
      this.rows = [...this.rowsOfTable(), ...this.rowsOfScript(section.querySelector("script"))];
      this.pageLength = this.body.rows.length;
      this.page = 0;
      this.words = [];
      this.sorted = null;
      this.chosen = this.rows;
      // a row with an empty first cell goes on with the one before: such rows cannot change places
      if (this.rows.length < 2 || this.rows.some((row) => row[0].text === "")) return;
      this.sortable = true;
      for (const column of this.columns) if (column.title) this.makeSortable(column);
      if (this.rows.length <= FEW) return;
      this.tally = section.querySelector(".tally") ?? element("p", { className: "tally", attributes: { role: "status" } });
      this.scroll.before(this.tools());
      this.scroll.after(this.pager());
      this.hideColumns();
      this.show();
      addEventListener("beforeprint", () => this.draw(0, PRINTED));
      addEventListener("afterprint", () => this.draw());
    }

    rowsOfTable() {
      return [...this.body.rows].map((row) =>
        this.columns.map((column, position) => {
          const { textContent, classList } = row.cells[position];
          return column.cell(textContent, [...classList].find((name) => name !== "number" && name !== "whole"));
        }),
      );
    }

    rowsOfScript(script) {
      if (!script) return [];
      const numbered = Number(script.dataset.numbered);
      const known = this.columns.map(() => []);
      return JSON.parse(script.textContent).map((row) =>
        row.map((told, position) => {
          if (typeof told === "number") return known[position][told];
          const cell = typeof told === "string" ? this.columns[position].cell(told) : this.columns[position].cell(...told);
          if (known[position].length < numbered) known[position].push(cell);
          return cell;
        }),
      );
    }

    makeSortable(column) {
      const button = element("button", { type: "button", textContent: column.title });
      column.head.replaceChildren(button);
      button.addEventListener("click", () => {
        const again = this.sorted?.column === column;
        if (again && this.sorted.direction < 0) this.sorted = null;
        else this.sorted = { column, direction: again ? -1 : 1 };
        for (const other of this.columns) other.head.removeAttribute("aria-sort");
        if (this.sorted) column.head.setAttribute("aria-sort", this.sorted.direction > 0 ? "ascending" : "descending");
        this.show();
      });
    }

    /** What stands above the rows: search, filters, columns, and how many rows there are. */
    tools() {
      const search = element("input", { type: "search", placeholder: "Search", attributes: { "aria-label": "Search all columns" } });
      search.addEventListener("input", () => {
        this.words = folded(search.value).split(/\s+/).filter(Boolean);
        this.show();
      });
      const clear = element("button", { type: "button", textContent: "Clear" });
      clear.addEventListener("click", () => {
        search.value = "";
        this.words = [];
        for (const column of this.columns) column.wanted = "";
        for (const select of bar.querySelectorAll("select")) select.value = "";
        this.show();
        search.focus();
      });
      this.clear = clear;
      const bar = element("div", { className: "tools" }, search, ...this.filters(), ...this.chooser(), clear, this.tally);
      return bar;
    }

    /** A choice for each column with few different texts. */
    filters() {
      const selects = this.columns
        .filter((column) => column.title && !column.number && column.texts.size > 1)
        .filter((column) => column.texts.size <= Math.min(CHOICES, this.rows.length / 2))
        .map((column) => this.filter(column));
      return selects.length ? [this.disclosure("Filter", selects)] : [];
    }

    filter(column) {
      const counts = new Map();
      for (const row of this.rows) {
        const { text } = row[column.position];
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      const options = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
      const named = { "aria-label": column.title };
      const select = element("select", { attributes: named }, element("option", { value: "", textContent: "any" }));
      for (const [text, rows] of options) {
        select.append(element("option", { value: `=${text}`, textContent: `${text || "(empty)"} (${count.format(rows)})` }));
      }
      select.addEventListener("change", () => {
        column.wanted = select.value;
        this.show();
      });
      column.select = select;
      return element("label", {}, `${column.title} `, select);
    }

    /** Which columns are shown. */
    chooser() {
      if (!this.columns.some((column) => column.roomy)) return [];
      const boxes = this.columns.slice(1).map((column) => {
        const box = element("input", { type: "checkbox", checked: true });
        box.addEventListener("change", () => {
          column.shown = box.checked;
          this.draw();
        });
        column.box = box;
        return element("label", {}, box, ` ${column.title}`);
      });
      return [this.disclosure("Columns", boxes)];
    }

    disclosure(title, content) {
      const details = element("details", {}, element("summary", { textContent: title }), element("div", {}, ...content));
      details.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !details.open) return;
        details.open = false;
        details.firstChild.focus();
      });
      document.addEventListener("click", (event) => {
        if (!details.contains(event.target)) details.open = false;
      });
      return details;
    }

    /** Let the names of this grid's rows choose the rows of a larger one that has a column of the same title. */
    leadTo(larger) {
      const column = larger.columns.find(({ title }) => title && title === this.columns[0].title);
      if (!column || !this.sortable) return;
      this.choose = (text) => larger.chooseBy(column, text);
      this.leading = column.texts;
      this.draw();
    }

    chooseBy(column, text) {
      column.wanted = `=${text}`;
      if (column.select) column.select.value = column.wanted;
      this.show();
      this.scroll.focus({ preventScroll: true });
      this.scroll.closest("section").scrollIntoView();
    }

    pager() {
      const turn = (title, by) => {
        const button = element("button", { type: "button", textContent: title });
        button.addEventListener("click", () => {
          this.page += by;
          this.draw();
          this.scroll.scrollTop = 0;
          this.scroll.scrollIntoView({ block: "nearest" });
        });
        return button;
      };
      this.earlier = turn("Previous", -1);
      this.later = turn("Next", 1);
      this.where = element("span");
      this.turning = element("nav", { className: "pager", attributes: { "aria-label": "Pages" } }, this.earlier, this.where, this.later);
      return this.turning;
    }

    /** Columns that are empty, and where there is no room those that are only good to have, wait in the chooser. */
    hideColumns() {
      const narrow = matchMedia("(max-width: 48rem)").matches || this.scroll.scrollWidth > this.scroll.clientWidth;
      for (const column of this.columns) {
        const empty = [...column.cells.values()].every((cell) => cell.text === "");
        if (column.box && (empty || (narrow && column.roomy))) column.shown = column.box.checked = false;
      }
    }

    /** Choose and order the rows anew, and show the first page of them. */
    show() {
      const wanted = this.columns.filter((column) => column.wanted);
      this.chosen = this.rows.filter(
        (row) =>
          wanted.every((column) => `=${row[column.position].text}` === column.wanted) &&
          this.words.every((word) => row.some((cell) => cell.folded.includes(word))),
      );
      if (this.sorted) this.sort(this.sorted);
      this.page = 0;
      this.draw();
    }

    sort({ column, direction }) {
      column.rankCells();
      const weight = ({ [column.position]: { rank } }) => (rank === Infinity ? rank : rank * direction);
      if (this.chosen === this.rows) this.chosen = [...this.rows];
      this.chosen.sort((a, b) => weight(a) - weight(b) || 0); // the sort is stable; infinities are equal
    }

    draw(first = this.page * this.pageLength, length = this.pageLength) {
      const rows = this.chosen.slice(first, first + length);
      this.body.replaceChildren(...rows.map((row) => this.drawn(row)));
      for (const column of this.columns) column.head.hidden = !column.shown;
      if (this.tally) this.tell(first, rows.length);
    }

    drawn(row) {
      const line = document.createElement("tr");
      row.forEach(({ text, tone }, position) => {
        const { number, whole, shown } = this.columns[position];
        const cell = document.createElement(position ? "td" : "th");
        if (!position) cell.scope = "row";
        cell.className = `${number ? "number " : ""}${whole ? "whole " : ""}${tone}`.trim();
        if (!position && this.leading?.has(text)) cell.append(this.lead(text));
        else cell.textContent = text;
        cell.hidden = !shown;
        line.append(cell);
      });
      return line;
    }

    lead(text) {
      const button = element("button", { type: "button", textContent: text, title: "Show these below" });
      button.addEventListener("click", () => this.choose(text));
      return button;
    }

    /** Say which rows are shown, of how many, and why these. */
    tell(first, length) {
      const all = count.format(this.rows.length);
      const matching = count.format(this.chosen.length);
      const rows = length === this.chosen.length ? "" : `${count.format(first + 1)}–${count.format(first + length)} of `;
      const why = [
        ...this.columns.filter((column) => column.wanted).map(({ title, wanted }) => `${title}: ${wanted.slice(1) || "(empty)"}`),
        ...(this.words.length ? [`with ${this.words.map((word) => `“${word}”`).join(" and ")}`] : []),
      ];
      this.tally.textContent = why.length ? `${rows}${matching} that match (${why.join("; ")}), of ${all} rows` : `${rows}${all} rows`;
      this.clear.hidden = !why.length;
      const pages = Math.max(1, Math.ceil(this.chosen.length / this.pageLength));
      this.where.textContent = `Page ${count.format(this.page + 1)} of ${count.format(pages)}`;
      this.turning.hidden = pages === 1;
      this.earlier.disabled = this.page === 0;
      this.later.disabled = this.page === pages - 1;
    }
  }

  const grids = [...document.querySelectorAll("section:has(> .scroll)")].map((section) => new Grid(section));
  const last = grids.findLast((grid) => grid.tally);
  for (const grid of grids) if (last && grid !== last) grid.leadTo(last);
}
