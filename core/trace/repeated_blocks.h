#pragma once

#include "core/trace/recording.h"

#include <string>

namespace lorashear::trace {

/// Recognises the repeated block of a network from its module paths: of all prefixes followed by a number
/// ("model.layers.7"), the one with the most different numbers.
class RepeatedBlocks {
public:
    explicit RepeatedBlocks(const Recording& recording);

    int layerOf(const std::string& path) const;         ///< -1: outside
    std::string inside(const std::string& path) const;  ///< the part after the block's number; the path itself outside
    int layers() const { return m_layers; }
    const std::string& prefix() const { return m_prefix; }  ///< before a block's number, with its last dot

private:
    std::string m_prefix;  ///< with its last dot
    int m_layers = 0;
};

}  // namespace lorashear::trace
