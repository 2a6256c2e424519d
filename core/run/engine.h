#pragma once

#include "core/base/control.h"
#include "core/run/command.h"
#include "core/run/run_event.h"

#include <functional>
#include <memory>

namespace lorashear {

using EventSink = std::function<void(RunEvent)>;

/// The synchronous pipeline behind every front end. Knows nothing of threads. Not thread-safe: one command at a time, on one thread.
class Engine {
public:
    virtual ~Engine() = default;
    /// Runs to the end and sends events in order; the last one is Finished, also for errors and cancellation: never throws.
    virtual void execute(const Command& command, const EventSink& sink, std::stop_token stop, PauseGate* pause) = 0;
};

/// Links LibTorch: defined in the engine library. threads: 0 = all cores.
std::unique_ptr<Engine> makeEngine(int threads = 0);

/// Opens the engine's shared library (beside the program, or where LORASHEAR_ENGINE points) at run time and makes one: the caller
/// needs no LibTorch at start. Error(Io) says which file was looked for.
std::unique_ptr<Engine> loadEngine(int threads = 0);

}  // namespace lorashear
