#include "app/reexec.h"
#include "core/run/engine.h"
#include "ui/guarded_application.h"
#include "ui/studio_program.h"

/// The window. Usage: lorashear-studio [model folder | recipe | run folder]
int main(int argc, char** argv) {
    lorashear::app::reexecWithPassiveWaits(argv);
    QCoreApplication::setApplicationName(QStringLiteral("lorashear-studio"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LORASHEAR_VERSION));
    if (const auto code = lorashear::ui::endsWithoutWindow(argc, argv)) return *code;
    lorashear::ui::GuardedApplication application(argc, argv);
    QApplication::setApplicationDisplayName(QStringLiteral("LoRAShear Studio"));
    QApplication::setDesktopFileName(QStringLiteral("io.github.lorashear.Studio"));
    return lorashear::ui::runStudio(application, [] { return lorashear::loadEngine(); });
}
