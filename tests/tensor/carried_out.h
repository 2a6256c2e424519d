#pragma once

#include "core/run/engine.h"

#include <functional>
#include <stop_token>
#include <utility>
#include <variant>
#include <vector>

/// What the engine says while it carries out a command.
namespace lorashear::testing {

using Outcome = event::Finished::Outcome;

struct Heard {
    std::vector<RunEvent> events;
    template <class T>
    std::vector<T> all() const {
        std::vector<T> result;
        for (const RunEvent& event : events)
            if (const T* found = std::get_if<T>(&event)) result.push_back(*found);
        return result;
    }
    const event::Finished& end() const { return std::get<event::Finished>(events.back()); }
};

/// Lets the engine do it and cancels at the first event that stopAt likes.
inline Heard carryOutUntil(const Command& command, const std::function<bool(const RunEvent&)>& stopAt, int threads = 1) {
    Heard heard;
    std::stop_source stop;
    makeEngine(threads)->execute(
        command,
        [&](RunEvent event) {
            if (stopAt(event)) stop.request_stop();
            heard.events.push_back(std::move(event));
        },
        stop.get_token(), nullptr);
    return heard;
}

/// stopAfterSteps > 0: cancels once so many optimizer steps were heard of.
inline Heard carryOut(const Command& command, int stopAfterSteps = 0, int threads = 1) {
    int steps = 0;
    return carryOutUntil(
        command,
        [&](const RunEvent& event) { return std::holds_alternative<event::Step>(event) && ++steps == stopAfterSteps; },
        threads);
}

}  // namespace lorashear::testing
