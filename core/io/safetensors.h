#pragma once

#include "core/io/tensor_data.h"

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lorashear {

/// One opened .safetensors file, memory-mapped read-only. Enforces every rule of the reference reader: header
/// length at most 100 MB, JSON object without duplicate keys and at most 16 deep, no holes or overlaps, overflow-checked
/// sizes, file size equal to header plus data. Each violation throws Error(BadInput) naming file, tensor and rule.
class SafetensorsFile {
public:
    static std::shared_ptr<SafetensorsFile> open(const std::filesystem::path& path);

    /// In order of offset. Data pointers stay valid while any TensorData from this file lives.
    const std::vector<TensorData>& tensors() const { return m_tensors; }
    /// Tensors of types that we do not compute with (old GPT-NeoX buffers, quantised weights): name and type's name.
    const std::map<std::string, std::string>& otherTensors() const { return m_otherTensors; }
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }

private:
    std::vector<TensorData> m_tensors;
    std::map<std::string, std::string> m_otherTensors, m_metadata;
};

/// Writes byte for byte what the reference writer does: tensors sorted by alignment (descending) then name, header padded
/// with spaces to 8 bytes, metadata {"format":"pt"} unless given. Atomic.
void writeSafetensors(const std::filesystem::path& path, std::span<const TensorData> tensors,
                      std::map<std::string, std::string> metadata = {{"format", "pt"}});

}  // namespace lorashear
