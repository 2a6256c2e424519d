// What schemes refuse before a run begins, free of LibTorch.
#include "core/base/error.h"
#include "core/recover/schemes/blockwise.h"
#include "core/recover/schemes/full.h"
#include "core/recover/schemes/loramoe.h"
#include "core/recover/schemes/prunelora.h"

#include <algorithm>
#include <cstdio>

namespace lorashear {

namespace {

constexpr double kBytesEach = 5 * 4;  ///< value, gradient, two moments and the state that is kept, in fp32
constexpr double kGib = 1024.0 * 1024 * 1024;

std::string inGib(double bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g GiB", bytes / kGib);
    return text;
}

bool among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void requireKnown(const std::vector<std::string>& names, const std::vector<PhaseSources>& phases, const char* pointer) {
    for (const std::string& name : names)
        if (std::none_of(phases.begin(), phases.end(), [&](const PhaseSources& p) { return among(p.names, name); }))
            throw Error(ErrorCode::BadRecipe, pointer, "names \"" + name + "\", which is no source of any phase");
}

}  // namespace

void PruneLoraRecovery::requireSources(const std::vector<PhaseSources>& phases, const Options& options) {
    constexpr char kForget[] = "/recovery/options/forget";
    if (options.forget.empty())
        throw Error(ErrorCode::BadRecipe, kForget, "names no text, so there is nothing to forget",
                    "Name a source of a phase here, or take another scheme.");
    requireKnown(options.forget, phases, kForget);
    for (const PhaseSources& phase : phases)
        if (std::all_of(phase.names.begin(), phase.names.end(),
                        [&](const std::string& name) { return among(options.forget, name); }))
            throw Error(ErrorCode::BadRecipe, kForget, "leaves phase \"" + phase.phase + "\" nothing to train on",
                        "Every phase needs a text that stays.");
}

void LoraMoeRecovery::requireSources(const std::vector<PhaseSources>& phases, const Options& options) {
    if (options.worldExperts >= options.experts)
        throw Error(ErrorCode::BadRecipe, "/recovery/options/world_experts", "must be less than experts",
                    "At least one adapter is for tasks.");
    requireKnown(options.task, phases, "/recovery/options/task");
}

void BlockwiseRecovery::requireStream(const StreamShape& left, const StreamShape& dense) {
    if (left == dense) return;
    const auto of = [](int some, int all, const char* what) {
        return std::to_string(some) + " of " + std::to_string(all) + " " + what;
    };
    throw Error(ErrorCode::Unsupported, "/recovery/scheme",
                "block-wise distillation needs as many blocks and channels as the dense model has; left are " +
                    of(left.blocks, dense.blocks, "blocks and ") + of(left.channels, dense.channels, "channels"),
                "Take another scheme for models that lose blocks or channels, or take these units out of the plan.");
}

void FullRecovery::requireRoom(std::int64_t parameters, const Options& options, std::int64_t available) {
    const double needed = kBytesEach * static_cast<double>(parameters);
    const bool limited = options.memoryLimit > 0;
    if (!limited && available < 0) return;
    const double there = limited ? options.memoryLimit * kGib : static_cast<double>(available);
    if (needed <= there) return;
    throw Error(ErrorCode::Impossible, "/recovery/scheme",
                "full fine-tuning of " + std::to_string(parameters) + " parameters needs " + inGib(needed) +
                    " and more for activations; " + inGib(there) + (limited ? " are allowed" : " are free"),
                limited ? "Raise memory_limit, or take a scheme that trains adapters."
                        : "Take a scheme that trains adapters, or a machine with more memory.");
}

}  // namespace lorashear
