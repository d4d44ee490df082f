//! One row a line, as JSON.

use std::io;

use super::Format;
use super::json::write;
use crate::select::field::Row;

/// One row a line, as JSON.
#[derive(Debug)]
pub(crate) struct NdJson;

impl Format for NdJson {
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        write(row, out)?;
        out.push(b'\n');
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
}
