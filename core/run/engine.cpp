#include "core/run/engine.h"

#include "core/base/mapping_guard.h"
#include "core/kernels/allocator.h"
#include "core/run/stages/commands.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <new>
#include <thread>

namespace lorashear {

namespace {

event::Finished failed(Error error) {
    if (error.code() == ErrorCode::Cancelled) return {event::Finished::Outcome::Cancelled, {}, {}};
    return {event::Finished::Outcome::Failed, std::move(error), {}};
}

event::Finished guarded(const std::function<event::Finished()>& work) {
    try {
        return work();
    } catch (const Error& error) {
        return failed(error);
    } catch (const c10::Error& error) {
        return failed(Error(ErrorCode::Internal, "LibTorch", error.what_without_backtrace()));
    } catch (const std::bad_alloc&) {
        return failed(Error(ErrorCode::Internal, "memory", "there is not enough memory", "use a smaller batch or window"));
    } catch (const std::exception& error) {
        return failed(Error(ErrorCode::Internal, "engine", error.what()));
    }
}

/// LibTorch counts threads per calling thread and lazily: said explicitly before every command, on the thread that works.
class RealEngine : public Engine {
public:
    explicit RealEngine(int threads)
        : m_threads(threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))) {}

    void execute(const Command& command, const EventSink& sink, std::stop_token stop, PauseGate* pause) override {
        // No number that was computed from a file that lost its pages leaves the engine.
        const EventSink intact = [&sink](RunEvent event) {
            if (mappingLost()) requireIntactMappings();
            sink(std::move(event));
        };
        const CommandContext context{intact, std::move(stop), pause, m_threads};
        const auto finished = guarded([&] {
            at::set_num_threads(m_threads);
            const auto before = damagedMappings();
            auto result = std::visit([&](const auto& known) { return lorashear::execute(known, context); }, command);
            requireNoDamageSince(before);
            return result;
        });
        giveBackFreedMemory();
        sink(finished);
    }

private:
    int m_threads;
};

}  // namespace

event::Finished outcomeOf(const std::function<std::string()>& work) {
    return guarded([&]() -> event::Finished { return {event::Finished::Outcome::Completed, {}, work()}; });
}

std::unique_ptr<Engine> makeEngine(int threads) {
    keepFreedMemory();
    return std::make_unique<RealEngine>(threads);
}

}  // namespace lorashear
