#pragma once

#include "core/run/engine.h"

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

/// Lets the engine do it. stopAfterSteps > 0: cancels once so many optimizer steps were heard of.
inline Heard carryOut(const Command& command, int stopAfterSteps = 0) {
    Heard heard;
    std::stop_source stop;
    int steps = 0;
    makeEngine(1)->execute(command, [&](RunEvent event) {
        if (std::holds_alternative<event::Step>(event) && ++steps == stopAfterSteps) stop.request_stop();
        heard.events.push_back(std::move(event));
    }, stop.get_token(), nullptr);
    return heard;
}

}  // namespace lorashear::testing
