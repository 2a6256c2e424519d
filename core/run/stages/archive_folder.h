#pragma once

#include "core/train/archive.h"

#include <filesystem>

namespace lorashear {

/// An Archive on the disk: tensors.safetensors and values.json in a folder that is whole or absent (written beside, then
/// renamed). Error(Io).
void saveArchive(const std::filesystem::path& folder, const Archive& archive);
/// Tensors come back as fresh aligned memory, not as views of the file: products then take the same path whether a run was
/// interrupted or not.
Archive loadArchive(const std::filesystem::path& folder);

}  // namespace lorashear
