#include "ui/widgets/system_labels.h"

#include "core/run/machine_memory.h"
#include "ui/theme/format.h"

#include <QLabel>
#include <QStatusBar>
#include <QThread>

namespace lorashear::ui {

namespace {
constexpr int kMeasureMilliseconds = 2000;
}

SystemLabels::SystemLabels(QStatusBar& bar, QObject* parent)
    : QObject(parent), m_bar(bar), m_memory(new QLabel(&bar)), m_threads(new QLabel(&bar)) {
    m_memory->setObjectName(QStringLiteral("statusMemory"));
    m_memory->setAccessibleName(tr("Memory"));
    m_threads->setObjectName(QStringLiteral("statusThreads"));
    m_threads->setAccessibleName(tr("Threads"));
    for (QLabel* label : {m_memory, m_threads}) bar.addPermanentWidget(label);
    m_again.setInterval(kMeasureMilliseconds);
    connect(&m_again, &QTimer::timeout, this, &SystemLabels::measure);
    m_again.start();
    setThreads(0);
    measure();
}

void SystemLabels::setThreads(int asked) {
    const int cores = QThread::idealThreadCount(), threads = asked > 0 ? asked : cores;
    m_threads->setText(threads == 1 ? tr("1 thread") : tr("%1 threads").arg(threads));
    m_threads->setToolTip(
        tr("Threads that the engine computes with; cores of this machine: %1. Set on the Plan page, under Run.").arg(cores));
}

/// A container's limit counts as the machine's.
void SystemLabels::measure() {
    if (!m_again.isActive() || (m_bar.window() && m_bar.window()->isMinimized())) return;
    const double held = double(residentMemory()), left = double(availableMemory());
    m_memory->setVisible(held > 0);
    m_memory->setText(left < 0 ? formatBytes(held) : tr("%1 of %2").arg(formatBytes(held), formatBytes(held + left)));
    m_memory->setToolTip(
        left < 0
            ? tr("Memory that the program holds, with the engine and the files that it has mapped. Measured every two seconds.")
            : tr("Memory that the program holds, with the engine and the files that it has mapped, of what the machine could give it: %1 are "
                 "free. Measured every two seconds.")
                  .arg(formatBytes(left)));
}

}  // namespace lorashear::ui
