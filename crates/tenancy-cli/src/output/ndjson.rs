//! One tenant a line, as JSON.

use std::io;

use tenancy::Tenant;

use super::Format;
use super::json::write;

/// One tenant a line, as JSON.
#[derive(Debug)]
pub(crate) struct NdJson;

impl Format for NdJson {
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn tenant(&mut self, tenant: &Tenant, out: &mut Vec<u8>) -> io::Result<()> {
        write(tenant, out)?;
        out.push(b'\n');
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
}
