#pragma once

#include "app/cli/command.h"

namespace lorashear::app {

/// Makers of the commands that commands.cpp lists; each is defined in <name>_command.cpp.
std::unique_ptr<CliCommand> makeRunCommand();
std::unique_ptr<CliCommand> makeResumeCommand();  // run_command.cpp
std::unique_ptr<CliCommand> makeReportCommand();
std::unique_ptr<CliCommand> makeBenchCommand();
std::unique_ptr<CliCommand> makeRecipeCommand();
std::unique_ptr<CliCommand> makeAnalyseCommand();
std::unique_ptr<CliCommand> makeDoctorCommand();
std::unique_ptr<CliCommand> makeInspectCommand();
std::unique_ptr<CliCommand> makeEvalCommand();
std::unique_ptr<CliCommand> makeGenerateCommand();
std::unique_ptr<CliCommand> makeCompareCommand();
std::unique_ptr<CliCommand> makeVerifyCommand();
std::unique_ptr<CliCommand> makeExportCommand();
std::unique_ptr<CliCommand> makeLoadableCommand();
std::unique_ptr<CliCommand> makeSliceCommand();
std::unique_ptr<CliCommand> makeVocabularyCommand();
std::unique_ptr<CliCommand> makeAdapterCommand();

}  // namespace lorashear::app
