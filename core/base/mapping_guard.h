#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace lorashear {

// A mapped file that another program cuts short takes its pages away: touching one is a bus error, and the process dies, with everything that a
// person has not saved. Here the missing pages become zeros instead, and the damage is remembered, so that whoever computes with them is told before
// a number of it is shown or a file of it is kept: Control::poll(), AtomicFile::commit(), the engine's events and the command line's output all ask.
// A file that is overwritten in place gives no signal; its size and time of change are compared at the same places. (One that is replaced by a
// rename stays whole under its mapping.)

/// Watches one mapping while it lives.
class MappingGuard {
public:
    /// descriptor: of the mapped file, kept open by the caller as long as the guard lives.
    MappingGuard(const std::byte* begin, std::size_t bytes, int descriptor, std::filesystem::path path);
    ~MappingGuard();
    MappingGuard(const MappingGuard&) = delete;
    MappingGuard& operator=(const MappingGuard&) = delete;

private:
    std::size_t m_slot;
};

/// Whether a living mapping has lost pages; costs one load, for inner loops.
bool mappingLost() noexcept;

/// Error(Io) naming the file if a living mapping has lost pages or its file was changed since it was mapped.
void requireIntactMappings();

/// How many mappings have been damaged so far, those that are gone among them.
std::uint64_t damagedMappings();
/// Error(Io) naming the last file that was damaged if there are more than that, or if a living one is.
void requireNoDamageSince(std::uint64_t count);

}  // namespace lorashear
