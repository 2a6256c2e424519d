#pragma once

namespace lorashear {

/// Lets malloc keep large freed blocks instead of returning them to the system: every training step allocates the same
/// activations again, and fresh pages cost a fault each. Call once at program start; does nothing where glibc is absent.
void keepFreedMemory();

/// Returns to the system what keepFreedMemory kept: for the end of a long piece of work.
void giveBackFreedMemory();

}  // namespace lorashear
