//! Tables of a page.

use dt_analysis::Level;

use super::Text;
use crate::contract::quantity::Fraction;

/// How many rows a page shows of a list: more than anyone reads, and less than a browser chokes on.
const MOST_ROWS: usize = 100;

/// A table under a caption.
pub(crate) struct Table {
    pub(crate) caption: Text,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// How many rows are left out.
    pub(crate) rest: usize,
}

/// A column, and how its cells are set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Text, of which the first column names the rows.
    Text(&'static str),
    /// Numbers, which stand below each other.
    Number(&'static str),
    /// Shares, each beside a bar.
    Share(&'static str),
}

/// A cell.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) text: Text,
    /// How long its bar is, from 0 to 1.
    pub(crate) bar: Option<f64>,
    /// How urgent what it says is.
    pub(crate) level: Option<Level>,
}

impl Table {
    /// A table of rows, of which a long list is cut and its rest counted.
    pub(crate) fn new(
        caption: impl Into<Text>,
        columns: &[Column],
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Self {
        let mut table = Self::whole(caption, columns, rows);
        table.rest = table.rows.len().saturating_sub(MOST_ROWS);
        table.rows.truncate(MOST_ROWS);
        table
    }

    /// A table of all rows: they are what was asked for.
    pub(crate) fn whole(
        caption: impl Into<Text>,
        columns: &[Column],
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> Self {
        let rows = rows.into_iter().collect();
        Self { caption: caption.into(), columns: columns.to_vec(), rows, rest: 0 }
    }

    /// Whether it needs more room than a narrow screen has.
    pub(crate) fn is_wide(&self) -> bool {
        const FEW_COLUMNS: usize = 4;
        self.columns.len() > FEW_COLUMNS
    }
}

impl Column {
    pub(crate) const fn title(self) -> &'static str {
        let (Self::Text(title) | Self::Number(title) | Self::Share(title)) = self;
        title
    }

    pub(crate) const fn is_share(self) -> bool {
        matches!(self, Self::Share(_))
    }

    pub(crate) const fn is_text(self) -> bool {
        matches!(self, Self::Text(_))
    }
}

impl Cell {
    /// Whether it has a word that would make its column too wide, so that it has to be broken.
    pub(crate) fn is_long(&self) -> bool {
        const LONGEST_WORD: usize = 20;
        let mut words = self.text.as_str().split([' ', '-']);
        words.any(|word| word.chars().nth(LONGEST_WORD).is_some())
    }

    /// A share in words, beside a bar.
    pub(crate) fn share<N>(text: String, share: &Fraction<N>) -> Self {
        let bar = share.measured.map(|share| share.value.clamp(0.0, 1.0));
        Self { text: text.into(), bar, level: None }
    }
}

impl<T: Into<Text>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}
