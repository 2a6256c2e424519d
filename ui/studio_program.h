#pragma once

#include "core/run/worker.h"

class QCommandLineParser;

namespace lorashear::ui {

class GuardedApplication;

/// The window program after its QApplication exists: applies the appearance, shows the window, opens what the command line names (a model,
/// run or recipe), and runs to its end. The engine's library is loaded by the worker's thread, after the window is on the screen.
/// --safe-mode leaves aside what earlier sessions remembered. Options for scripts: --page ID, --appearance light|dark, --language ID, --start (starts the recipe's run once the model is open).
/// What --help lists.
void describeOptions(QCommandLineParser& parser);
int runStudio(GuardedApplication& application, Worker::Factory factory);

}  // namespace lorashear::ui
