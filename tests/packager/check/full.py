"""Manifests that use all of a standard's vocabulary, so that each piece can be spoilt."""

SCORM_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>
    <adlcp:location>mo-ta.xml</adlcp:location></metadata>
  <organizations default="O1">
    <organization identifier="O1" structure="hierarchical">
      <title>Phân số</title>
      <item identifier="I1" isvisible="true">
        <title>Chương</title>
        <item identifier="I2" identifierref="R1" isvisible="false" parameters="?lop=6">
          <title>Phần 1</title>
          <metadata><adlcp:location>mo-ta.xml</adlcp:location></metadata>
          <adlcp:prerequisites type="aicc_script">I3</adlcp:prerequisites>
          <adlcp:maxtimeallowed>00:45:00</adlcp:maxtimeallowed>
          <adlcp:timelimitaction>exit,no message</adlcp:timelimitaction>
          <adlcp:datafromlms>lop=6</adlcp:datafromlms>
          <adlcp:masteryscore>50</adlcp:masteryscore>
        </item>
        <item identifier="I3" identifierref="R2"><title>Phần 2</title></item>
        <metadata/>
      </item>
      <metadata/>
    </organization>
  </organizations>
  <resources>
    <resource identifier="R1" type="webcontent" href="index.html" adlcp:scormtype="sco">
      <metadata/>
      <file href="index.html"><metadata/></file>
      <dependency identifierref="R3"/>
    </resource>
    <resource identifier="R2" type="webcontent" href="index.html" adlcp:scormtype="asset">
      <file href="index.html"/>
    </resource>
    <resource identifier="R3" type="webcontent" adlcp:scormtype="asset"><file href="api.js"/></resource>
  </resources>
</manifest>
"""
SCORM_2004 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"
    xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion>
    <adlcp:location>mo-ta.xml</adlcp:location></metadata>
  <organizations default="O1">
    <organization identifier="O1" structure="hierarchical" adlseq:objectivesGlobalToSystem="false"
        adlcp:sharedDataGlobalToSystem="false">
      <title>Phân số</title>
      <item identifier="I1" isvisible="true">
        <title>Chương</title>
        <item identifier="I2" identifierref="R1" isvisible="false" parameters="?lop=6">
          <title>Phần 1</title>
          <metadata><adlcp:location>mo-ta.xml</adlcp:location></metadata>
          <adlcp:timeLimitAction>exit,no message</adlcp:timeLimitAction>
          <adlcp:dataFromLMS>lop=6</adlcp:dataFromLMS>
          <adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.8" progressWeight="1"/>
          <imsss:sequencing IDRef="S1">
            <imsss:sequencingRules>
              <imsss:preConditionRule>
                <imsss:ruleConditions conditionCombination="all">
                  <imsss:ruleCondition condition="objectiveMeasureGreaterThan" operator="not" referencedObjective="P2"
                      measureThreshold="0.5"/>
                </imsss:ruleConditions>
                <imsss:ruleAction action="skip"/>
              </imsss:preConditionRule>
              <imsss:exitConditionRule>
                <imsss:ruleConditions><imsss:ruleCondition condition="always"/></imsss:ruleConditions>
                <imsss:ruleAction action="exit"/>
              </imsss:exitConditionRule>
              <imsss:postConditionRule>
                <imsss:ruleConditions><imsss:ruleCondition condition="satisfied"/></imsss:ruleConditions>
                <imsss:ruleAction action="continue"/>
              </imsss:postConditionRule>
            </imsss:sequencingRules>
            <imsss:limitConditions attemptLimit="2" attemptAbsoluteDurationLimit="PT1H"/>
            <imsss:auxiliaryResources>
              <imsss:auxiliaryResource auxiliaryResourceID="https://x.example/a" purpose="help"/>
            </imsss:auxiliaryResources>
            <imsss:rollupRules rollupObjectiveSatisfied="true" rollupProgressCompletion="true"
                objectiveMeasureWeight="1">
              <imsss:rollupRule childActivitySet="atLeastCount" minimumCount="1" minimumPercent="0.5">
                <imsss:rollupConditions conditionCombination="any">
                  <imsss:rollupCondition condition="attempted" operator="not"/>
                </imsss:rollupConditions>
                <imsss:rollupAction action="completed"/>
              </imsss:rollupRule>
            </imsss:rollupRules>
            <imsss:objectives>
              <imsss:primaryObjective objectiveID="P1" satisfiedByMeasure="true">
                <imsss:minNormalizedMeasure>0.5</imsss:minNormalizedMeasure>
                <imsss:mapInfo targetObjectiveID="G1" readSatisfiedStatus="true" readNormalizedMeasure="true"
                    writeSatisfiedStatus="false" writeNormalizedMeasure="false"/>
              </imsss:primaryObjective>
              <imsss:objective objectiveID="P2" satisfiedByMeasure="true">
                <imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure>
                <imsss:mapInfo targetObjectiveID="G2"/>
              </imsss:objective>
            </imsss:objectives>
            <imsss:randomizationControls randomizationTiming="never" selectCount="1" reorderChildren="true"
                selectionTiming="once"/>
            <imsss:deliveryControls tracked="true" completionSetByContent="true" objectiveSetByContent="false"/>
            <adlseq:constrainedChoiceConsiderations preventActivation="false" constrainChoice="true"/>
            <adlseq:rollupConsiderations requiredForSatisfied="always" requiredForNotSatisfied="ifAttempted"
                requiredForCompleted="ifNotSkipped" requiredForIncomplete="ifNotSuspended"
                measureSatisfactionIfActive="true"/>
            <adlseq:objectives><adlseq:objective objectiveID="P1">
              <adlseq:mapInfo targetObjectiveID="G3" readRawScore="true" readMinScore="true" readMaxScore="true"
                  readCompletionStatus="true" readProgressMeasure="true" writeRawScore="true" writeMinScore="true"
                  writeMaxScore="true" writeCompletionStatus="true" writeProgressMeasure="true"/>
            </adlseq:objective></adlseq:objectives>
          </imsss:sequencing>
          <adlnav:presentation><adlnav:navigationInterface>
            <adlnav:hideLMSUI>exit</adlnav:hideLMSUI><adlnav:hideLMSUI>suspendAll</adlnav:hideLMSUI>
          </adlnav:navigationInterface></adlnav:presentation>
          <adlcp:data><adlcp:map targetID="D1" readSharedData="true" writeSharedData="false"/></adlcp:data>
        </item>
        <item identifier="I3" identifierref="R2"><title>Phần 2</title></item>
        <metadata/>
      </item>
      <metadata/>
      <imsss:sequencing><imsss:controlMode choice="true" choiceExit="true" flow="true" forwardOnly="false"
          useCurrentAttemptObjectiveInfo="true" useCurrentAttemptProgressInfo="true"/></imsss:sequencing>
    </organization>
  </organizations>
  <resources>
    <resource identifier="R1" type="webcontent" href="index.html" adlcp:scormType="sco">
      <metadata/>
      <file href="index.html"><metadata/></file>
      <dependency identifierref="R3"/>
    </resource>
    <resource identifier="R2" type="webcontent" href="index.html" adlcp:scormType="asset">
      <file href="index.html"/>
    </resource>
    <resource identifier="R3" type="webcontent" adlcp:scormType="asset"><file href="api.js"/></resource>
  </resources>
  <imsss:sequencingCollection>
    <imsss:sequencing ID="S1"><imsss:deliveryControls tracked="false"/></imsss:sequencing>
  </imsss:sequencingCollection>
</manifest>
"""
