#pragma once

#include "core/run/engine.h"

namespace lorashear {

/// What a command's work needs besides the command.
struct CommandContext {
    const EventSink& sink;
    std::stop_token stop;
    PauseGate* pause = nullptr;
    int threads = 1;  ///< already set for this thread; runs may ask for another number
};

/// Turns whatever `work` throws into the outcome; its text is Finished::resultJson.
event::Finished outcomeOf(const std::function<std::string()>& work);

// One for each command. They send their events and return how it ended; the engine sends that last.
event::Finished execute(const command::OpenModel& command, const CommandContext& context);
event::Finished execute(const command::AnalyseKnowledge& command, const CommandContext& context);
event::Finished execute(const command::StartRun& command, const CommandContext& context);
event::Finished execute(const command::CheckRun& command, const CommandContext& context);
event::Finished execute(const command::ResumeRun& command, const CommandContext& context);
event::Finished execute(const command::BranchRun& command, const CommandContext& context);
event::Finished execute(const command::Generate& command, const CommandContext& context);
event::Finished execute(const command::ExportModel& command, const CommandContext& context);
event::Finished execute(const command::Evaluate& command, const CommandContext& context);
event::Finished execute(const command::MeasureMachine& command, const CommandContext& context);
event::Finished execute(const command::RankGroups& command, const CommandContext& context);
event::Finished execute(const command::TryMasked& command, const CommandContext& context);
event::Finished execute(const command::WriteTexts& command, const CommandContext& context);
event::Finished execute(const command::MeasureDivergence& command, const CommandContext& context);
event::Finished execute(const command::ExplainToken& command, const CommandContext& context);

}  // namespace lorashear
