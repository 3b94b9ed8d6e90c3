//! Aligned columns.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, presets::NOTHING,
};

use super::WIDTH;
use super::screen::{Screen, fit};
use crate::clean;
use crate::view::Kind;

/// How far columns are apart, and from the edge.
const INDENT: u16 = 2;

/// How long a word can be.
const LONGEST_WORD: usize = 30;

/// A table of columns, whose first header names it.
pub(super) struct Rows {
    table: Table,
    title: String,
    columns: Vec<Kind>,
    long: Long,
}

/// What becomes of text that is too long for its column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Long {
    /// It is cut.
    Cut,
    /// It goes on in the next line.
    Wrapped,
}

impl Rows {
    pub(super) fn new(columns: &[Kind], long: Long) -> Self {
        let mut table = Table::new();
        table
            .load_style(NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(WIDTH).unwrap_or(u16::MAX));
        Self { table, title: String::new(), columns: columns.to_vec(), long }
    }

    pub(super) fn header(mut self, cells: &[&str]) -> Self {
        self.title = cells.first().map_or_else(String::new, |title| (*title).to_owned());
        self.table.set_header(Row::from(cells.to_vec()));
        self
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells = cells.into_iter().zip(&self.columns).map(|(cell, column)| {
            let cell = clean(cell.as_ref());
            // A word that took the whole line would leave nothing for the numbers.
            if *column == Kind::Word { fit(&cell, LONGEST_WORD) } else { cell.into_owned() }
        });
        let mut row = Row::from(cells);
        if self.long == Long::Cut {
            row.max_height(1);
        }
        self.table.add_row(row);
    }

    pub(super) fn show(mut self, screen: &mut Screen) {
        for (place, kind) in self.columns.iter().enumerate() {
            let Some(column) = self.table.column_mut(place) else { continue };
            column.set_padding((INDENT, 0));
            if matches!(kind, Kind::Number | Kind::Share) {
                column.set_cell_alignment(CellAlignment::Right);
            }
            // Text gives way where the line would become too long.
            if *kind != Kind::Text {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        let mut lines = self.table.lines();
        if self.table.header().is_some()
            && let Some(header) = lines.next()
        {
            // The title stands out of its column.
            let spaces = " ".repeat(INDENT.into());
            let (title, indented) = (&self.title, format!("{spaces}{}", self.title));
            screen.bold(&header.replacen(&indented, &format!("{title}{spaces}"), 1));
        }
        for line in lines {
            screen.line(&line);
        }
    }
}

impl Screen {
    /// Remarks on what stands above, indented, each in as many lines as it needs.
    pub(super) fn remarks(&mut self, remarks: &[String]) {
        if remarks.is_empty() {
            return;
        }
        let mut rows = Rows::new(&[Kind::Text], Long::Wrapped);
        for remark in remarks {
            rows.row([remark]);
        }
        rows.show(self);
    }
}
