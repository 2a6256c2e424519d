#pragma once

#include <QAbstractButton>
#include <QWidget>

#include <vector>

class QButtonGroup;

namespace lorashear::ui {

/// What a stage of the session has come to.
enum class StageState {
    Open,     ///< can be worked on
    Locked,   ///< needs an earlier stage first
    Done,     ///< a tick
    Stale,    ///< a dot: something it rests on has changed, or it needs attention
    Running,  ///< a ring
};

/// The list of stages at the left: where one is, what is done, what comes next. One stage looks chosen, the page's; where the keyboard is shows once keys are used in it.
/// Its focus proxy is the chosen stage.
class StageRail : public QWidget {
    Q_OBJECT
public:
    explicit StageRail(QWidget* parent = nullptr);
    void addStage(const QString& id, const QString& title, const QString& toolTip);
    void setCurrent(int index);
    void setState(int index, StageState state);
    StageState state(int index) const;

Q_SIGNALS:
    void stageChosen(int index);

private:
    class Button;
    void setByKeys(bool byKeys);
    QButtonGroup* m_group;
    std::vector<Button*> m_buttons;
    bool m_byKeys = false;  ///< the keyboard came by keys, or was used since
};

}  // namespace lorashear::ui
