//! Tables of a view. A column is declared once, for every format.

use super::{Fact, Text, Value};
use crate::contract::DeviceView;

/// How many rows a page shows of a list: more than anyone reads, and less than a browser chokes on.
const MOST_ROWS: usize = 100;

/// A table under a caption.
pub(crate) struct Table {
    pub(crate) caption: Text,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Value>>,
    /// Whether it is a list of which pages and screens show the beginning; else all rows are what was
    /// asked for.
    is_long: bool,
    /// Whether pages fold it until somebody wants to look something up in it.
    pub(crate) is_folded: bool,
    /// Whether text that is too long for a line of a screen goes on in the next one; else it is cut.
    pub(crate) wraps: bool,
    /// How many rows a screen shows.
    most_on_screen: usize,
}

/// A column: what it is called, what its cells are, and in which formats it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name in CSV.
    pub(crate) key: &'static str,
    /// Its title for people.
    pub(crate) title: &'static str,
    pub(crate) kind: Kind,
    pub(crate) shown: Shown,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, which gives way where a line is full.
    Text,
    /// A short text, such as an address, a time or a level.
    Word,
    /// Numbers, which stand below each other.
    Number,
    /// Shares, each beside a bar where there are bars.
    Share,
}

/// In which formats something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shown {
    /// On a screen, which has room for little.
    pub(crate) text: bool,
    /// In HTML and Markdown.
    pub(crate) pages: bool,
    pub(crate) csv: bool,
}

impl Shown {
    /// Wherever people read.
    pub(crate) const READ: Self = Self { text: true, pages: true, csv: false };
    pub(crate) const TEXT: Self = Self { text: true, pages: false, csv: false };
    pub(crate) const ALL: Self = Self { text: true, pages: true, csv: true };
    /// Where there is room for it.
    pub(crate) const PAGES: Self = Self { text: false, pages: true, csv: false };
    pub(crate) const PAGES_AND_CSV: Self = Self { text: false, pages: true, csv: true };
    pub(crate) const CSV: Self = Self { text: false, pages: false, csv: true };
}

impl Table {
    /// The table, to look things up in.
    pub(crate) fn folded(self) -> Self {
        Self { is_folded: true, ..self }
    }

    /// The table, of which nothing is cut on a screen.
    pub(crate) fn wrapped(self) -> Self {
        Self { wraps: true, ..self }
    }

    /// The table without the columns in which no row says anything.
    pub(crate) fn without_empty(mut self) -> Self {
        for place in (0..self.columns.len()).rev() {
            let says_something = |row: &Vec<Value>| row.get(place).is_some_and(|it| !it.is_empty());
            if !self.rows.iter().any(says_something) {
                self.columns.remove(place);
                self.rows.iter_mut().for_each(|row| drop(row.remove(place)));
            }
        }
        self
    }

    /// The table, of which a screen shows so many rows and counts the rest.
    pub(crate) fn on_screen(self, most: usize) -> Self {
        Self { most_on_screen: most, ..self }
    }

    /// The rows of a screen, each cell with its column.
    pub(crate) fn rows_of_screen(&self) -> impl Iterator<Item = Vec<(&Column, &Value)>> {
        self.rows(|shown| shown.text).take(self.most_on_screen)
    }

    /// How many rows a screen leaves out.
    pub(crate) fn rest_of_screen(&self) -> usize {
        self.rows.len().saturating_sub(self.most_on_screen)
    }

    /// The columns of a format.
    pub(crate) fn columns(&self, is_shown: fn(&Shown) -> bool) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |column| is_shown(&column.shown))
    }

    /// Whether a screen shows any of it.
    pub(crate) fn is_on_screen(&self) -> bool {
        self.columns(|shown| shown.text).next().is_some()
    }

    /// The columns of a page: the first, and those in which any row says something.
    pub(crate) fn of_pages(&self) -> Vec<&Column> {
        let columns = self.columns.iter().enumerate();
        columns.filter(|(place, _)| self.is_of_pages(*place)).map(|(_, column)| column).collect()
    }

    /// The rows of a page, each cell with its column.
    pub(crate) fn rows_of_pages(&self) -> impl Iterator<Item = Vec<(&Column, &Value)>> {
        let shown: Vec<bool> = (0..self.columns.len()).map(|it| self.is_of_pages(it)).collect();
        let most = if self.is_long { MOST_ROWS } else { usize::MAX };
        self.rows.iter().take(most).map(move |row| {
            let cells = self.columns.iter().zip(row).zip(&shown);
            cells.filter(|(_, shown)| **shown).map(|(cell, _)| cell).collect()
        })
    }

    fn is_of_pages(&self, place: usize) -> bool {
        let is_shown = self.columns.get(place).is_some_and(|column| column.shown.pages);
        let cell = |row: &Vec<Value>| row.get(place).is_some_and(|cell| !cell.is_empty());
        is_shown && (place == 0 || self.rows.is_empty() || self.rows.iter().any(cell))
    }

    /// The rows of a format, each cell with its column.
    pub(crate) fn rows(
        &self,
        is_shown: fn(&Shown) -> bool,
    ) -> impl Iterator<Item = Vec<(&Column, &Value)>> {
        self.rows.iter().map(move |row| {
            let cells = self.columns.iter().zip(row);
            cells.filter(|(column, _)| is_shown(&column.shown)).collect()
        })
    }

    /// The first row as facts, each under the title of its column.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let row = self.rows(|shown| shown.pages).next().unwrap_or_default();
        row.into_iter().map(|(column, value)| Fact::new(column.title, value.clone())).collect()
    }

    /// How many rows a page leaves out.
    pub(crate) fn rest(&self) -> usize {
        if self.is_long { self.rows.len().saturating_sub(MOST_ROWS) } else { 0 }
    }

    /// Whether it needs more room than a narrow screen has.
    pub(crate) fn is_wide(&self) -> bool {
        const FEW_COLUMNS: usize = 3;
        self.of_pages().len() > FEW_COLUMNS
    }
}

/// A table in the making: a column and what stands in it are declared together.
pub(crate) struct TableOf<R> {
    items: Vec<R>,
    table: Table,
}

impl Table {
    /// A table with a row for each of these items; its columns follow.
    pub(crate) fn of<R>(
        caption: impl Into<Text>,
        items: impl IntoIterator<Item = R>,
    ) -> TableOf<R> {
        let items: Vec<R> = items.into_iter().collect();
        let table = Self {
            caption: caption.into(),
            columns: Vec::new(),
            rows: items.iter().map(|_| Vec::new()).collect(),
            is_long: false,
            is_folded: false,
            wraps: false,
            most_on_screen: usize::MAX,
        };
        TableOf { items, table }
    }
}

/// A column of each kind, by its title, or its name in CSV.
macro_rules! columns {
    ($($kind:ident),*) => {$(
        pub(crate) fn $kind<V: Into<Value>>(
            self,
            name: &'static str,
            cell: impl Fn(&R) -> V,
        ) -> Self {
            self.column(Column::$kind(name), cell)
        }
    )*};
}

impl<R> TableOf<R> {
    /// A column, and what of an item stands in it.
    pub(crate) fn column<V: Into<Value>>(mut self, column: Column, cell: impl Fn(&R) -> V) -> Self {
        self.table.columns.push(column);
        for (item, row) in self.items.iter().zip(&mut self.table.rows) {
            row.push(cell(item).into());
        }
        self
    }

    columns!(text, word, number, share, csv);

    /// The columns of CSV that say whose the rows are.
    pub(crate) fn of_device(self, device: &DeviceView) -> Self {
        self.csv("did", |_| device.did).csv("hostname", |_| &device.hostname)
    }

    /// Further columns, if that is so.
    pub(crate) fn when(self, is_so: bool, further: impl FnOnce(Self) -> Self) -> Self {
        if is_so { further(self) } else { self }
    }

    /// The table of all rows: they are what was asked for.
    pub(crate) fn whole(self) -> Table {
        self.table
    }

    /// The table of all rows, for which only a page has room.
    pub(crate) fn paged(mut self) -> Table {
        self.table.columns.iter_mut().for_each(|column| column.shown.text = false);
        self.table
    }

    /// The table, of which pages show the beginning and count the rest.
    pub(crate) fn long(self) -> Table {
        Table { is_long: true, ..self.table }
    }
}

impl Column {
    const fn of(kind: Kind, title: &'static str) -> Self {
        Self { key: "", title, kind, shown: Shown::READ }
    }

    /// Text, of which the first column names the rows.
    pub(crate) const fn text(title: &'static str) -> Self {
        Self::of(Kind::Text, title)
    }

    pub(crate) const fn word(title: &'static str) -> Self {
        Self::of(Kind::Word, title)
    }

    pub(crate) const fn number(title: &'static str) -> Self {
        Self::of(Kind::Number, title)
    }

    pub(crate) const fn share(title: &'static str) -> Self {
        Self::of(Kind::Share, title)
    }

    /// A column of CSV alone.
    pub(crate) const fn csv(key: &'static str) -> Self {
        Self { key, shown: Shown::CSV, ..Self::word(key) }
    }

    /// The column under a name of its own in CSV.
    pub(crate) const fn keyed(self, key: &'static str) -> Self {
        Self { key, shown: Shown::ALL, ..self }
    }

    /// The column under a name of its own in CSV, for which a screen has no room.
    pub(crate) const fn filed(self, key: &'static str) -> Self {
        Self { key, shown: Shown::PAGES_AND_CSV, ..self }
    }

    /// The column, in these formats alone.
    pub(crate) const fn only(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    pub(crate) const fn is_share(self) -> bool {
        matches!(self.kind, Kind::Share)
    }

    pub(crate) const fn is_text(self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_in_which_no_row_says_anything_is_not_on_a_page() {
        let table = |rows: Vec<(&'static str, Option<i64>)>| {
            let table = Table::of("", rows).text("Device", |row| row.0);
            table.word("address", |_| "").number("id", |row| row.1).long()
        };
        let rows = table(vec![("a", None), ("b", Some(7))]);
        let titles: Vec<&str> = rows.of_pages().iter().map(|column| column.title).collect();
        assert_eq!(titles, ["Device", "id"]);
        assert!(rows.rows_of_pages().all(|row| row.len() == 2));
        assert_eq!(table(Vec::new()).of_pages().len(), 3);
    }
}
