#pragma once

#include "core/run/worker.h"

namespace lorashear::ui {

class GuardedApplication;

/// The window program after its QApplication exists: applies the appearance, shows the window, opens what the command line names (a model,
/// run or recipe), and runs to its end. The engine's library is loaded by the worker's thread, after the window is on the screen.
/// Options for scripts: --page ID, --appearance light|dark, --start (starts the recipe's run once the model is open).
int runStudio(GuardedApplication& application, Worker::Factory factory);

}  // namespace lorashear::ui
