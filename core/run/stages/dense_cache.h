#pragma once

#include "core/run/stages/measure.h"

#include <filesystem>
#include <optional>
#include <string>

namespace lorashear {

/// What was measured of original models before, texts and tasks, each under the hash of all that it depends on: weights, config and adapter; contents, tokens and cuts of the
/// texts; contents, limit and BOS of the tasks; threads and device; the processor, LibTorch and this program's own file. So every run holds its result against a
/// dense model measured under its own conditions, and a bench of many rows measures it once.
class DenseCache {
public:
    explicit DenseCache(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    static std::string keyOf(const MeasureContext& context);
    /// Texts and tasks, nothing else; nothing if they were not measured, or what was kept cannot be read.
    std::optional<Measured> find(const std::string& key) const;
    /// A folder that cannot be written keeps nothing.
    void keep(const std::string& key, const Measured& measured) const;

private:
    std::filesystem::path fileOf(const std::string& key) const { return m_folder / (key + ".json"); }
    std::filesystem::path m_folder;
};

}  // namespace lorashear
