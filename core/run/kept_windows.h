#pragma once

#include "core/eval/paired.h"

#include <filesystem>
#include <map>
#include <string>

namespace lorashear {

/// Of one text: they belong to the perplexity of this protocol alone.
struct KeptWindows : WindowLosses {
    std::string protocol;
};
/// Losses by window, by the name of the text.
using TextWindows = std::map<std::string, KeptWindows>;

/// What a run's folder keeps of the losses of its models by window: "dense", "pruned", "recovered", "adapted" (core/base/stage.h). Free of LibTorch, so that a list of
/// runs can say how sure their differences are. What is not there, or cannot be read, is left out: there is no interval then.
std::map<std::string, TextWindows> keptWindows(const std::filesystem::path& run);

}  // namespace lorashear
