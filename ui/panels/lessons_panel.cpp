#include "ui/panels/lessons_panel.h"

#include "ui/panels/panel.h"
#include "ui/widgets/pieces.h"

#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace lorashear::ui {

LessonsPanel::LessonsPanel(Studio&, PanelHost& host, QWidget* parent)
    : QWidget(parent), m_host(host), m_tours(shippedTours()), m_list(new QListWidget(this)), m_about(makeMuted({}, this)) {
    setObjectName(QStringLiteral("lessonsPanel"));
    setFocusProxy(m_list);
    m_list->setObjectName(QStringLiteral("lessonsList"));
    m_list->setAccessibleName(tr("Tours and lessons"));
    m_list->setWordWrap(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const Tour& tour : m_tours) m_list->addItem(tour.title);
    m_about->setObjectName(QStringLiteral("lessonAbout"));
    m_start = makeButton(QStringLiteral("lessonStart"), tr("Walk through it"),
                         tr("Lights one part of the window after the other; Escape ends it"), this, true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_list, 1);
    column->addWidget(m_about);
    column->addWidget(m_start, 0, Qt::AlignLeft);
    connect(m_list, &QListWidget::currentRowChanged, this, &LessonsPanel::describe);
    connect(m_list, &QListWidget::itemActivated, this, &LessonsPanel::start);
    connect(m_start, &QPushButton::clicked, this, &LessonsPanel::start);
    m_list->setCurrentRow(0);
    describe(m_list->currentRow());
}

void LessonsPanel::describe(int row) {
    m_start->setEnabled(row >= 0);
    m_about->setText(row < 0 ? tr("No tours are there; the program's resources are not where it looks for them.")
                             : tr("%1 %n step(s).", nullptr, int(m_tours[std::size_t(row)].steps.size()))
                                   .arg(m_tours[std::size_t(row)].about));
}

void LessonsPanel::start() {
    const int row = m_list->currentRow();
    if (row >= 0) Q_EMIT m_host.tourWanted(m_tours[std::size_t(row)].id);
}

}  // namespace lorashear::ui
